package io.myriapod.kubernetes.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.status.NetworkStatus;
import io.myriapod.kubernetes.status.NetworkStatusJson;
import java.util.List;
import java.util.Optional;

/**
 * One network-status on its way.
 *
 * @param body a merge patch of the pod's annotations; RFC 7396
 */
record StatusPatch(PodRef pod, String body) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Makes it.
   *
   * @param uid the API server refuses the patch for a pod with another one
   */
  static StatusPatch of(PodRef pod, Optional<String> uid, List<NetworkStatus> status) {
    try {
      ObjectNode patch = JSON.createObjectNode();
      ObjectNode metadata = patch.putObject("metadata");
      uid.ifPresent(known -> metadata.put("uid", known));
      metadata
          .putObject("annotations")
          .put(NetworkStatus.ANNOTATION, JSON.writeValueAsString(NetworkStatusJson.encode(status)));
      return new StatusPatch(pod, JSON.writeValueAsString(patch));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("encode network-status of " + pod, e);
    }
  }

  /** Of the subresource that annotations may be changed with. */
  String path() {
    return "/api/v1/namespaces/%s/pods/%s/status".formatted(pod.namespace(), pod.name());
  }
}
