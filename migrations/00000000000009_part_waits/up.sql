-- The part that this one builds on, as the plan says: it is begun when that one has ended, well or not.
ALTER TABLE generation_parts ADD COLUMN waits_for uuid REFERENCES generation_parts ON DELETE SET NULL;
CREATE INDEX generation_parts_waits_for ON generation_parts (waits_for) WHERE waits_for IS NOT NULL;
