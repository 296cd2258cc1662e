package io.myriapod.agent.http;

import java.io.IOException;

/** Something that can be read by HTTP. */
public interface Page {
  /**
   * What it says now.
   *
   * @param verbose whether the question ends with {@code ?verbose}
   * @throws IOException if it cannot be made; answered by 500
   */
  Answer answer(boolean verbose) throws IOException;
}
