package io.myriapod.linux.devlink;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.GenericHeader;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.PciAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** Requests and answers of devlink as bytes. include/uapi/linux/devlink.h */
final class DevlinkMessages {
  /** DEVLINK_GENL_NAME. */
  static final String FAMILY = "devlink";

  private static final int DEVLINK_GENL_VERSION = 1;
  private static final int DEVLINK_CMD_INFO_GET = 51;
  private static final int DEVLINK_ATTR_BUS_NAME = 1; // string
  private static final int DEVLINK_ATTR_DEV_NAME = 2; // string
  private static final int DEVLINK_ATTR_INFO_VERSION_RUNNING = 101; // nested, once per version
  private static final int DEVLINK_ATTR_INFO_VERSION_NAME = 103; // string
  private static final int DEVLINK_ATTR_INFO_VERSION_VALUE = 104; // string

  /** More than any driver has. */
  private static final int MOST_VERSIONS = 256;

  private DevlinkMessages() {}

  static NetlinkRequest infoGet(int family, PciAddress function) {
    return request(family, DEVLINK_CMD_INFO_GET, function);
  }

  private static NetlinkRequest request(int family, int command, PciAddress function) {
    return NetlinkRequest.of(family, 0, new GenericHeader(command, DEVLINK_GENL_VERSION))
        .string(DEVLINK_ATTR_BUS_NAME, "pci")
        .string(DEVLINK_ATTR_DEV_NAME, function.value());
  }

  /** In the driver's order; of a name that is there twice the first counts. */
  static Map<String, String> runningVersions(Attributes answer) {
    Map<String, String> versions = new LinkedHashMap<>();
    answer.nests(DEVLINK_ATTR_INFO_VERSION_RUNNING).stream()
        .limit(MOST_VERSIONS)
        .forEach(
            version ->
                version
                    .string(DEVLINK_ATTR_INFO_VERSION_NAME)
                    .ifPresent(
                        name ->
                            version
                                .string(DEVLINK_ATTR_INFO_VERSION_VALUE)
                                .ifPresent(value -> versions.putIfAbsent(name, value))));
    return versions;
  }
}
