// The live run (live.py): the panel alone.

import { living } from "../living.js";
import { showPanel } from "./panel.js";

export default living(showPanel);
