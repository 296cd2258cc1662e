package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PlannedDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is told of the devices of attachments: from the device plugin to the CNI plugins, and from
 * either to network-status. The file of an attachment lives as long as the attachment.
 */
public final class DeviceInfo {
  /** The kind of the inverse that removes the file. */
  public static final String INVERSE_KIND = "device-info-file";

  private static final String VERSION = "1.1.0";

  private final DeviceInfoFiles files;

  DeviceInfo(DeviceInfoFiles files) {
    this.files = files;
  }

  /** Has the plugins find what the device plugin says; or nothing, so that they may say it. */
  void begin(PlannedAttachment planned, OpenRecord steps) {
    if (planned.deviceInfo().isEmpty()) {
      return;
    }
    Path file = planned.deviceInfo().get();
    steps.will(
        new Inverse(INVERSE_KIND, UndoClass.SETTING, Json.object().put("file", file.toString())));
    try {
      Optional<ObjectNode> told = planned.device().flatMap(this::ofPool);
      if (told.isPresent()) {
        files.write(file, told.get());
      } else {
        DeviceInfoFiles.remove(file);
      }
    } catch (IOException e) {
      throw new CniException(
          ErrorCode.IO,
          "write device information of %s: %s".formatted(planned.shown(), e),
          "check space and permissions of " + file.getParent(),
          e);
    }
  }

  private Optional<ObjectNode> ofPool(PlannedDevice device) {
    return device.resource().flatMap(resource -> files.ofPool(resource, device.id()));
  }

  /** What the file says after the plugins have run, else what is known of a PCI device anyway. */
  Optional<ObjectNode> of(PlannedAttachment planned) {
    return planned
        .deviceInfo()
        .flatMap(files::read)
        .or(() -> planned.device().flatMap(DeviceInfo::ofPci));
  }

  private static Optional<ObjectNode> ofPci(PlannedDevice planned) {
    if (planned.id().pci().isEmpty()) {
      return Optional.empty();
    }
    ObjectNode info = Json.object().put("type", "pci").put("version", VERSION);
    ObjectNode pci = info.putObject("pci").put("pci-address", planned.id().value());
    planned.device().physical().ifPresent(address -> pci.put("pf-pci-address", address.value()));
    return Optional.of(info);
  }

  /** Removes the file when its attachment goes. */
  public static InverseHandler undo() {
    return batch -> removed(batch);
  }

  private static Map<PendingInverse, String> removed(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      Path file = Path.of(one.inverse().data().path("file").asText());
      try {
        DeviceInfoFiles.remove(file);
      } catch (IOException e) {
        failures.put(one, "remove device information: " + e);
      }
    }
    return failures;
  }
}
