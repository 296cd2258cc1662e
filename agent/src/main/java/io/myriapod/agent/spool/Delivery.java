package io.myriapod.agent.spool;

import io.myriapod.agent.socket.RequestFrame;

/** Does a recorded DEL. */
public interface Delivery {
  /** Does it; whatever it throws means "not done yet", and the request stays in the spool. */
  void deliver(RequestFrame request);
}
