"""The content of the lessons: `lesson_NN` has the exercises and quizzes of notebook NN.

How they are asked and checked is the business of `learn`.
"""
