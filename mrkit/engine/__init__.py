"""How a job runs. Internal: nobody outside needs these names but the job, the executors and the tests.

The data's way, and who carries it::

    inputs                      job.py checks what the user gave
      |  splits                 driver.py plans the stages and hands out tasks
      v
    map task --- by an executor (protocol.py) ---> worker.py runs flow's functions (quick.py: in C's loops),
      |  travel.py: functions       |              measured, sampled, blamed (sampling.py, skipping.py, blame.py)
      v                             v
    buckets ... shuffle.py ... files of frames, one part for each partition
      |
      v
    reduce task: spill.py groups what does not fit in memory (budget.py says when), result_writer.py writes
      |
      v
    results, read back by driver.py, in an order that no worker can change

`tasks.py` is what driver and worker say to each other; `attempts.py` tries a task again when a worker dies or
dawdles; `interrupts.py` keeps Ctrl-C out of places where it would do harm.
"""
