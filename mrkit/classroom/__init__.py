"""What a teacher of a hundred needs: hand out, collect, grade, and see what the class got wrong.

    roster        who the students are                course      their seeds
    collect       what was handed in, in any form     notebook    what of a notebook counts
    assignment    what is to be graded                extract     the answer in a notebook, by its syntax tree
    watch         one student's code, watched from outside (time, memory, what it leaves behind)
    one_student   the process that it runs in         fence       what it may not do there
    outcome       what became of one exercise         grade       all of them, never stopped by one
    ideas         which wrong ideas, how many         notes     what the notes say to do about them
    tables, pages, lms    CSV, HTML, and platforms

`grade` grades answers, not notebooks: that takes a minute for a hundred students where running their notebooks would
take hours, and a cell that was copied, moved or deleted costs nobody a point. **It is no sandbox**: students' code runs
with your rights. Grade in an account, a container or a machine that holds no secrets.

Nothing here is loaded by `import mrkit`, and nothing opens a network connection.
"""
