"""Questions and controls on the screen: `question` is the widget, with a JavaScript file for each kind."""
