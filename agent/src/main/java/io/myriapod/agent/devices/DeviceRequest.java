package io.myriapod.agent.devices;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import java.util.Optional;

/**
 * What somebody wants to know of the node's devices. On the socket: a frame called {@value
 * #CALLED_AS} whose command is {@link #command()}; stdin is the JSON of {@link #toJson()}.
 */
public sealed interface DeviceRequest {
  /** What a frame with such a request is called as. */
  String CALLED_AS = "devices";

  String command();

  /** What differs from one request to the next of its kind. */
  ObjectNode toJson();

  /**
   * Answers it from what is known.
   *
   * @throws CniException 113 if there is no such pool or device
   */
  ObjectNode on(DevicePicture picture);

  /**
   * Reads a request.
   *
   * @throws CniException 4 if there is no such command, 6 or 7 naming what is wrong
   */
  static DeviceRequest of(String command, byte[] json) {
    ConfigObject object =
        ConfigObject.of(Json.parseObject(json, "request"), CALLED_AS, "the request");
    return switch (command) {
      case Listing.COMMAND -> new Listing(object.string("resource"), object.bool("all", false));
      case Explanation.COMMAND ->
          new Explanation(
              object
                  .string("device")
                  .orElseThrow(() -> object.missing("device", "a PCI address or auxiliary id")));
      default ->
          throw new CniException(
              ErrorCode.BAD_ENVIRONMENT,
              "devices: there is no command \"%s\"".formatted(command),
              "ask for LIST or EXPLAIN");
    };
  }

  /**
   * Pools and their devices.
   *
   * @param resource of that pool alone; with its prefix or without
   * @param all also devices that no pool would want
   */
  record Listing(Optional<String> resource, boolean all) implements DeviceRequest {
    static final String COMMAND = "LIST";

    @Override
    public String command() {
      return COMMAND;
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("all", all);
      resource.ifPresent(name -> json.put("resource", name));
      return json;
    }

    @Override
    public ObjectNode on(DevicePicture picture) {
      return new PoolsAnswer(picture).json(this);
    }
  }

  /**
   * Why a device is where it is.
   *
   * @param device PCI address, with or without domain, id on the auxiliary bus, or interface
   */
  record Explanation(String device) implements DeviceRequest {
    static final String COMMAND = "EXPLAIN";

    @Override
    public String command() {
      return COMMAND;
    }

    @Override
    public ObjectNode toJson() {
      return JsonNodeFactory.instance.objectNode().put("device", device);
    }

    @Override
    public ObjectNode on(DevicePicture picture) {
      return new ExplainAnswer(picture).json(this);
    }
  }
}
