package io.myriapod.agent.spool;

import io.myriapod.agent.socket.FrameException;
import io.myriapod.agent.socket.RequestFrame;
import java.util.function.BooleanSupplier;

/** Does a recorded DEL. */
public interface Delivery {
  /**
   * Does it; whatever else it throws means "not done yet", and the request stays in the spool.
   *
   * @param stillRecorded to be asked once nobody else acts on the container: false if an ADD has
   *     done it in the meantime, so that it must not be done again
   * @throws FrameException if it can never be done: the request is set aside
   */
  void deliver(RequestFrame request, BooleanSupplier stillRecorded);
}
