package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A hot-plug controller as multus-cni's pkg/server/api (CreateDelegateRequest, DoCNI) makes its
 * requests: Go's HTTP client over a Unix socket.
 */
record DelegateClient(Path socket) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Status and body of an answer. */
  record Answer(int status, String body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError("read " + body, e);
      }
    }
  }

  /** What CreateDelegateRequest makes for a pod of the stage. */
  static ObjectNode request(String command, TestPod pod, String name, String config) {
    ObjectNode request = JSON.createObjectNode();
    request
        .putObject("env")
        .put("CNI_COMMAND", command)
        .put("CNI_CONTAINERID", "box-" + pod.name())
        .put("CNI_NETNS", pod.netns().path().toString())
        .put("CNI_IFNAME", name)
        .put(
            "CNI_ARGS",
            "K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_UID=uid-of-%s"
                .formatted(Stage.NAMESPACE, pod.name(), pod.name()));
    byte[] bytes = config.getBytes(StandardCharsets.UTF_8);
    return request.put("config", Base64.getEncoder().encodeToString(bytes));
  }

  /** POST /delegate. */
  Answer post(JsonNode request) {
    return post("/delegate", request.toString());
  }

  Answer post(String path, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return send(
        """
        POST %s HTTP/1.1
        Host: dummy
        User-Agent: Go-http-client/1.1
        Content-Length: %d
        Content-Type: application/json
        Accept-Encoding: gzip

        """
                .formatted(path, length)
                .replace("\n", "\r\n")
            + body);
  }

  /** Whatever it is. */
  Answer send(String request) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      ByteBuffer part = ByteBuffer.allocate(4_096);
      while (channel.read(part) >= 0) {
        all.write(part.array(), 0, part.position());
        part.clear();
      }
      String[] answer = all.toString(StandardCharsets.UTF_8).split("\r\n\r\n", 2);
      return new Answer(Integer.parseInt(answer[0].substring(9, 12)), answer[1]);
    } catch (IOException e) {
      throw new UncheckedIOException("ask " + socket, e);
    }
  }
}
