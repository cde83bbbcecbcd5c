-- shiplock: phase=contract
DROP TABLE api_keys;
