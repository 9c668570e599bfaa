"""One run of a job on a virtual cluster: tasks, workers, backups and deaths as events of SimPy.

It runs nothing: what it says is reckoned, never measured. One seed gives one outcome, with numpy and without.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import inf
from random import Random

import simpy

from mrkit.cluster.history import DONE, KILLED, OVER, Attempt, Kill, Outcome
from mrkit.cluster.network import KINDS, flows
from mrkit.cluster.parameters import Cluster
from mrkit.cluster.stage import Stage
from mrkit.cluster.work import Job, MapTask
from mrkit.errors import BadArgument

Events = Generator[simpy.Event, None, None]


class Machines:
    """What chance decides before the job begins: how slow each machine is, which are ill, where the input lies."""

    def __init__(self, cluster: Cluster, maps: Sequence[MapTask], rng: Random):
        n = cluster.machines
        self.slow = [rng.lognormvariate(0.0, cluster.spread) for _ in range(n)]  # on the network
        self.own = list(self.slow)  # at its own work
        for machine in rng.sample(range(n), round(n * cluster.ill)):
            self.slow[machine], self.own[machine] = 1.0, cluster.ill_factor
        holders = max(cluster.holders, n)
        self.holds = [[int(rng.random() * holders) for _ in range(cluster.chunk_copies)] for _ in maps]
        self.near: list[list[int]] = [[] for _ in range(n)]
        if cluster.locality:
            for task, about in enumerate(maps):
                if about.read:
                    self.note(task)

    def note(self, task: int) -> None:
        """A task waits: the machines that hold its input would like it."""
        for machine in self.holds[task]:
            if machine < len(self.near):
                self.near[machine].append(task)


class Network:
    """Opens flows for tasks, moves them in steps of the clock, and wakes the task whose flow has ended."""

    def __init__(self, env: simpy.Environment, cluster: Cluster):
        self._env, self._core, self._tick = env, cluster.core, cluster.tick
        self.ready = self.lost = 0.0  # shares of the map output that can be fetched, and that was made and is lost
        self.moved: list[tuple[float, list[float]]] = []  # (time, bytes of input, shuffle and output) of a step
        self._flows = flows(cluster.machines)
        self._events: dict[int, simpy.Event] = {}
        self._work = env.event()
        env.process(self._run())

    def send(self, kind: str, size: float, cap: float, cost: float, slow: float) -> Events:
        """`size` bytes, each of which crosses the core `cost` times; a slow machine's fair share is smaller."""
        number = self._flows.add(KINDS.index(kind), size, cap, cost, 1 / slow)
        self._events[number] = self._env.event()
        if not self._work.triggered:
            self._work.succeed()
        try:
            yield self._events[number]
        finally:
            self._flows.remove(number)
            del self._events[number]

    def made(self, share: float, again: bool) -> None:
        """A share of all map output can be fetched; it may have been lost before."""
        self.ready += share
        self.lost -= share if again else 0.0

    def lose(self, share: float) -> None:
        """A share of all map output is gone. A flow keeps what it has fetched."""
        self._flows.keep(self.ready, self.lost)
        self.ready, self.lost = self.ready - share, self.lost + share

    def _run(self) -> Events:
        while True:
            if not self._events:
                self._work = self._env.event()
                yield self._work
            before = self.ready
            yield self._env.timeout(self._tick)
            ended, moved = self._flows.step(self._tick, min(before, self.ready), self.lost, self._core)
            self.moved.append((self._env.now, moved))
            for number in ended:
                if not self._events[number].triggered:
                    self._events[number].succeed()


class Slot:
    """A place for one task at a time on a worker."""

    def __init__(self, machine: int, stages: tuple[str, ...]):
        self.machine, self.stages = machine, stages
        self.process: simpy.Process
        self.attempt: tuple[str, int, float, bool] | None = None  # what it is at: stage, task, began, backup
        self.moving = 0.0  # seconds of it for writing or fetching intermediate data

    def stop(self, why: str) -> None:
        """Interrupt it."""
        self.process.interrupt(why)


class Simulation:
    """One run of a job on a cluster."""

    def __init__(self, cluster: Cluster, job: Job, seed: int, kills: Sequence[Kill]):
        self.cluster, self.job = cluster, job
        self.rng = Random(seed)
        self.env = simpy.Environment()
        self.machines = Machines(cluster, job.maps, self.rng)
        self.net = Network(self.env, cluster)
        self.stages = {"map": Stage(job.maps, self.rng, self.machines.near), "reduce": Stage(job.reduces, self.rng)}
        self.out = Outcome(cluster, job, seed, tuple(kills))
        self.finished, self.mapped = self.env.event(), self.env.event()
        self.all_out = job.shuffled or 1.0
        self.again: set[int] = set()  # map tasks that were done and are lost
        self.crosses = (cluster.machines - 1) / cluster.machines  # of what a machine fetches; the rest is its own
        self._master_free = 0.0
        kinds: list[tuple[str, ...]] = [("map", "reduce")] if cluster.shared_slots else [("map",), ("reduce",)]
        self.slots = [Slot(machine, kind) for machine in range(cluster.machines) for kind in kinds]
        for slot in self.slots:
            slot.process = self.env.process(self._worker(slot))
        for kill in kills:
            self.env.process(self._kill(kill))

    def run(self) -> Outcome:
        """Let it all happen."""
        self.env.run(until=self.finished)
        for slot in self.slots:
            self._note(slot, OVER)
        self.out.seconds, self.out.moved = self.env.now, self.net.moved
        late = [kill for kill in self.out.kills if kill.at > self.env.now]
        if late:
            raise BadArgument(
                f"The job ends after {self.out.seconds:,.0f} s, before the kill at {late[0].at:,g} s. Kill earlier."
            )
        return self.out

    # The master.

    def _take(self, slot: Slot) -> tuple[str, int, bool] | None:
        for name in slot.stages:
            if name == "reduce" and self.cluster.shared_slots and not self.stages["map"].over:
                return None
            took = self.stages[name].take(slot.machine, slot)
            if took is not None:
                return (name, *took)
        return None

    def _handed_out(self) -> float:
        """Seconds until the master has time for one more task."""
        self._master_free = max(self._master_free, self.env.now) + self.cluster.handout
        return self._master_free - self.env.now

    def _finish(self, name: str, task: int, slot: Slot) -> None:
        stage = self.stages[name]
        stage.done_by[task] = slot.machine
        for other in stage.running.pop(task):
            if other is not slot:
                other.stop("another attempt was faster")
        if name == "map":
            self.net.made(self.job.maps[task].out / self.all_out, task in self.again)
            self.again.discard(task)
        if stage.over:
            self._end_stage(name)
        if self.cluster.backups:
            stage.offer_backups(self.cluster.backup_at)

    def _end_stage(self, name: str) -> None:
        if name == "reduce":
            self.finished.succeed()
            return
        self.net.ready, self.net.lost, self.out.map_end = 1.0, 0.0, self.env.now
        self.mapped.succeed()
        self.stages["reduce"].wake()

    def _kill(self, kill: Kill) -> Events:
        """Workers die, and are started again at once; what their map tasks had made is gone."""
        yield self.env.timeout(kill.at)
        dead = set(self.rng.sample(range(self.cluster.machines), kill.workers))
        stage = self.stages["map"]
        gone = stage.lose(dead)
        if gone and self.mapped.triggered:
            self.mapped = self.env.event()
        self.net.lose(sum(self.job.maps[task].out for task in gone) / self.all_out)
        self.again.update(gone)
        self.out.lost += [(self.env.now, self.job.maps[task].read) for task in gone]
        for task in gone if self.cluster.locality else ():
            self.machines.note(task)
        stage.put_back(gone)
        for slot in self.slots:
            if slot.machine in dead:
                slot.stop(KILLED)

    # The workers.

    def _worker(self, slot: Slot) -> Events:
        """A slot from the launch of its worker to the end of the job."""
        delay = self.cluster.start_up + slot.machine / self.cluster.launch_rate + self.cluster.boot
        while True:
            try:
                if delay:
                    yield self.env.timeout(delay)
                    delay = 0.0
                took = self._take(slot)
                if took is None:
                    yield self._something_to_do(slot)
                    continue
            except simpy.Interrupt:  # killed while it had nothing to do
                delay = self.cluster.boot
                continue
            try:
                yield from self._attempt(slot, *took)
            except simpy.Interrupt as interrupt:
                self._note(slot, str(interrupt.cause))
                if interrupt.cause == KILLED:
                    delay = self.cluster.boot
                    self._give_back(took[0], took[1], slot)

    def _something_to_do(self, slot: Slot) -> simpy.Event:
        event = self.env.event()
        for name in slot.stages:
            self.stages[name].idle.append(event)
        return event

    def _attempt(self, slot: Slot, name: str, task: int, backup: bool) -> Events:
        slot.attempt, slot.moving = (name, task, self.env.now, backup), 0.0
        yield from self._map(slot, task) if name == "map" else self._reduce(slot, task)
        self._finish(name, task, slot)
        self._note(slot, DONE)

    def _note(self, slot: Slot, end: str) -> None:
        if slot.attempt is not None:
            name, task, began, backup = slot.attempt
            self.out.attempts.append(Attempt(name, task, slot.machine, began, self.env.now, end, backup, slot.moving))
            slot.attempt = None

    def _give_back(self, name: str, task: int, slot: Slot) -> None:
        stage = self.stages[name]
        slots = stage.running.get(task, [])
        if slot in slots:
            slots.remove(slot)
            if not slots:
                del stage.running[task]
                if name == "map" and self.cluster.locality:
                    self.machines.note(task)
                stage.put_back([task])

    # Their tasks.

    def _map(self, slot: Slot, task: int) -> Events:
        cluster, machines = self.cluster, self.machines
        about, own, slow = self.job.maps[task], machines.own[slot.machine], machines.slow[slot.machine]
        begin = self._handed_out() + own * cluster.task_cost
        if not about.read or slot.machine in machines.holds[task]:
            begin += own * about.read / cluster.disk_read
        else:
            yield self.env.timeout(begin)
            begin = 0.0
            self.out.remote += 1
            yield from self.net.send(
                "input", about.read, min(cluster.disk_read, cluster.link) / slow, self.crosses, slow
            )
        writing = own * (about.out / cluster.disk_write + cluster.file_cost * len(self.job.reduces))
        yield self.env.timeout(begin + own * about.seconds + writing)
        slot.moving = writing

    def _reduce(self, slot: Slot, task: int) -> Events:
        cluster, machines = self.cluster, self.machines
        about, own, slow = self.job.reduces[task], machines.own[slot.machine], machines.slow[slot.machine]
        yield self.env.timeout(self._handed_out() + own * cluster.task_cost)
        began = self.env.now
        if about.size and not cluster.unlimited:
            yield from self.net.send("shuffle", about.size, self._fetching(about.size) / slow, self.crosses, slow)
        else:
            while not self.stages["map"].over:
                yield self.mapped
        slot.moving = self.env.now - began
        yield self.env.timeout(own * about.seconds)
        if about.out and not cluster.unlimited:
            cap = min(cluster.disk_write / own, cluster.link / slow)
            yield from self.net.send("output", about.out, cap, about.copies, slow)

    def _fetching(self, size: float) -> float:
        """Bytes a second that a reduce task can fetch: a piece of each map task, a few at a time, each with a seek."""
        piece = size / len(self.job.maps)
        seconds = self.cluster.seek + piece / self.cluster.link
        return min(self.cluster.fetchers * piece / seconds if seconds else inf, self.cluster.link)
