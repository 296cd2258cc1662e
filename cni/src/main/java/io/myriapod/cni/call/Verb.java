package io.myriapod.cni.call;

import io.myriapod.cni.version.CniVersion;
import java.util.List;

/** What {@code CNI_COMMAND} may be. CNI SPEC 1.1.0, "CNI operations". */
public enum Verb {
  ADD(
      CniVersion.V0_1_0,
      "CNI_CONTAINERID",
      CniEnvironment.NETNS,
      CniEnvironment.IFNAME,
      CniEnvironment.PATH),
  DEL(CniVersion.V0_1_0, "CNI_CONTAINERID", CniEnvironment.IFNAME, CniEnvironment.PATH),
  CHECK(
      CniVersion.V0_4_0,
      "CNI_CONTAINERID",
      CniEnvironment.NETNS,
      CniEnvironment.IFNAME,
      CniEnvironment.PATH),
  GC(CniVersion.V1_1_0, CniEnvironment.PATH),
  STATUS(CniVersion.V1_1_0, CniEnvironment.PATH),
  VERSION(CniVersion.V0_1_0);

  private final CniVersion since;
  private final List<String> required;

  Verb(CniVersion since, String... required) {
    this.since = since;
    this.required = List.of(required);
  }

  /** The first version of the specification that has it. */
  public CniVersion since() {
    return since;
  }

  /** Whether it concerns one container's interface. */
  public boolean isOfAttachment() {
    return required.contains(CniEnvironment.IFNAME);
  }

  /** Variables that must be there and not empty, as the reference plugins have it. */
  List<String> required() {
    return required;
  }
}
