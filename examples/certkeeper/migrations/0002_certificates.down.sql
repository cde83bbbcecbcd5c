-- shiplock: phase=contract
DROP TABLE certificates;
