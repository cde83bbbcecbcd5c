-- shiplock: phase=contract
DROP TABLE servers;
