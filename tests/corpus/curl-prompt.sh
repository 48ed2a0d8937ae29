$ curl https://h/hook \
  --data '{"type":"roomdrop","trans_date":1731573916,"app_id":"5f3c0a9be1d24c77","room_id":"65f1c2a79be4d3081f6a2c57","conf_num":"48213907"}'