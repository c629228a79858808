"""取込 of an existing 相談一覧, step by step.

columns   the office's columns, and by which labels they are known
words     what stands in a cell → what the form of 相談記録 is sent
people    whose row it is: a client who is known here, a new one, nobody known
reading   a worksheet → rows of an Import
checking  each row by the rules of the forms → fine, noted, wrong, known
entering  every row at once, or none
papers    the template and the corrected file
"""
