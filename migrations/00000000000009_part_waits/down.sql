ALTER TABLE generation_parts DROP COLUMN waits_for;
