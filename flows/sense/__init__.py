"""What a reading means in this talk, before anybody answers: words alone say less than words here.

`leading.ordered` puts the reading right by what stands and puts the gravest intent in front,
`bare.sensed` gives bare words the sense of the open question, and `answering.answers_question`
says whether they answer it.
"""
