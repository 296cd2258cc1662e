package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.pool.Pool;
import io.myriapod.kubelet.deviceplugin.AllocateRequest;
import io.myriapod.kubelet.deviceplugin.AllocateResponse;
import io.myriapod.kubelet.deviceplugin.CDIDevice;
import io.myriapod.kubelet.deviceplugin.ContainerAllocateRequest;
import io.myriapod.kubelet.deviceplugin.ContainerAllocateResponse;
import io.myriapod.kubelet.deviceplugin.DeviceSpec;
import io.myriapod.types.DeviceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The Allocate call: devices for containers, and what these get with them. */
final class AllocateCall {
  private AllocateCall() {}

  /** All ids of a request, for messages. */
  static List<String> ids(AllocateRequest request) {
    return request.getContainerRequestsList().stream()
        .flatMap(container -> container.getDevicesIdsList().stream())
        .toList();
  }

  /**
   * Allocates for each container. The whole request is looked at before the pool is asked for the
   * first.
   *
   * @throws BadRequestException for a request that makes no sense; then the pool was not asked
   * @throws io.myriapod.deviceplugin.pool.AllocationException as the pool does
   */
  static AllocateResponse run(String attempt, Pool pool, AllocateRequest request) {
    List<List<DeviceId>> containers = parse(attempt, request, pool.devices().size());
    AllocateResponse.Builder answer = AllocateResponse.newBuilder();
    for (List<DeviceId> devices : containers) {
      answer.addContainerResponses(message(pool.allocate(devices)));
    }
    return answer.build();
  }

  private static List<List<DeviceId>> parse(String attempt, AllocateRequest request, int most) {
    if (request.getContainerRequestsCount() == 0) {
      throw new BadRequestException(attempt + ": the request is empty");
    }
    Set<DeviceId> taken = new HashSet<>();
    List<List<DeviceId>> containers = new ArrayList<>();
    for (ContainerAllocateRequest container : request.getContainerRequestsList()) {
      List<DeviceId> devices = RequestedDevices.parse(attempt, container.getDevicesIdsList(), most);
      for (DeviceId device : devices) {
        if (!taken.add(device)) {
          throw new BadRequestException(
              "%s: the request names %s for two containers".formatted(attempt, device));
        }
      }
      containers.add(devices);
    }
    return containers;
  }

  private static ContainerAllocateResponse message(ContainerGrant grant) {
    ContainerAllocateResponse.Builder answer =
        ContainerAllocateResponse.newBuilder()
            .putAllEnvs(grant.environment())
            .putAllAnnotations(grant.annotations());
    for (ContainerGrant.Node node : grant.nodes()) {
      answer.addDevices(
          DeviceSpec.newBuilder()
              .setHostPath(node.host())
              .setContainerPath(node.container())
              .setPermissions(ContainerGrant.Node.PERMISSIONS));
    }
    for (String name : grant.cdiDevices()) {
      answer.addCdiDevices(CDIDevice.newBuilder().setName(name));
    }
    return answer.build();
  }
}
