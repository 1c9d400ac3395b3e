"""One file a job; `scheduler.catalogue` names them all."""
