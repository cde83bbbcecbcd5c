-- shiplock: phase=contract
UPDATE schema_generation SET generation = 4 WHERE id = 1 AND generation = 5;

DROP TABLE renewals;
