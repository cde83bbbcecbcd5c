-- shiplock: phase=contract
DROP TABLE schema_generation;
