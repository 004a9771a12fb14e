DROP TABLE generation_parts;
DROP TABLE generation_runs;
