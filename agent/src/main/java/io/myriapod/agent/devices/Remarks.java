package io.myriapod.agent.devices;

import io.myriapod.deviceplugin.config.Finding;

/** Who is told what is to be said beside an answer, before it is given or refused. */
public interface Remarks {
  /** What the answer will not have, and why. */
  void note(String sentence);

  /** About the configuration that is read for it. */
  void finding(Finding finding);
}
