CREATE TABLE answers (
    assessment VARCHAR(200) NOT NULL, requirement VARCHAR(200) NOT NULL, score INTEGER,
    not_applicable BOOLEAN NOT NULL, reason VARCHAR NOT NULL, evidence VARCHAR NOT NULL,
    owner VARCHAR NOT NULL, due VARCHAR NOT NULL, note VARCHAR NOT NULL,
    answered_at TIMESTAMP NOT NULL, answered_by VARCHAR NOT NULL,
    PRIMARY KEY (assessment, requirement)
);
CREATE TABLE predictions (
    person VARCHAR(200) NOT NULL, prediction VARCHAR(200) NOT NULL, option INTEGER NOT NULL,
    answered_at TIMESTAMP NOT NULL, PRIMARY KEY (person, prediction)
);
CREATE TABLE grades (
    id INTEGER NOT NULL, exercise VARCHAR(200) NOT NULL, learner VARCHAR(200) NOT NULL,
    points FLOAT NOT NULL, max_points FLOAT NOT NULL, questions JSON NOT NULL,
    graded_at TIMESTAMP NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX ix_grades_exercise ON grades (exercise);
CREATE INDEX ix_grades_learner ON grades (learner);
CREATE TABLE settings (
    person VARCHAR(200) NOT NULL, name VARCHAR(200) NOT NULL, value VARCHAR NOT NULL,
    PRIMARY KEY (person, name)
);
INSERT INTO answers VALUES
    ('default', 'iso-24603/idn-01', 2, false, '', 'SOP-12 细胞', '', '', '', '2026-03-01 09:30:00.000000', 'OP-03');
INSERT INTO answers VALUES
    ('default', 'iso-24603/idn-02', NULL, true, 'no mouse lines', '', '', '', '', '2026-03-01 09:31:00.000000', 'OP-03');
INSERT INTO predictions VALUES ('OP-03', 'identity/swap', 2, '2026-03-01 09:00:00.000000');
INSERT INTO grades VALUES (1, 'identity', 'L-01', 7.5, 10.0, '{"reads-alleles": {"points": 2}}', '2026-03-02 10:00:00.000000');
INSERT INTO settings VALUES ('(kit)', 'schema_version', '1');
INSERT INTO settings VALUES ('OP-03', 'laboratory:default', 'Bank 7');
