package io.myriapod.agent.functions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.linux.pci.Sriov;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.change.Change;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A change that an operator asks for. On the socket: a frame called {@value #CALLED_AS} whose
 * command is the name of the kind in capitals; stdin is the JSON of {@link #toJson()}.
 */
public sealed interface FunctionRequest {
  /** What a frame with such a request is called as. */
  String CALLED_AS = "vf";

  /** Whether to say what would be done, and not to do it. */
  boolean dryRun();

  /** What differs from one request to the next of its kind. */
  ObjectNode toJson();

  /** Does it. Throws as {@link VirtualFunctions} does. */
  List<Change> on(VirtualFunctions functions, ConfiguredFunctions configured);

  /** The name of the kind. */
  default String command() {
    return getClass().getSimpleName().toUpperCase(Locale.ROOT);
  }

  /**
   * Reads a request.
   *
   * @throws CniException 4 if there is no such kind, 6 or 7 naming what is wrong
   */
  static FunctionRequest of(String command, byte[] json) {
    ConfigObject object = ConfigObject.of(Json.parseObject(json, "request"), "vf", "the request");
    boolean dryRun = object.bool("dryRun", false);
    try {
      return switch (command) {
        case "CREATE" -> Create.from(object, dryRun);
        case "BIND" -> Bind.from(object, dryRun);
        case "RESET" -> new Reset(functionIn(object), dryRun);
        case "APPLY" -> new Apply(dryRun);
        default ->
            throw new CniException(
                ErrorCode.BAD_ENVIRONMENT,
                "vf: there is no command \"%s\"".formatted(command),
                "ask for CREATE, BIND, RESET or APPLY");
      };
    } catch (IllegalArgumentException e) {
      throw new CniException(ErrorCode.INVALID_CONFIG, e.getMessage(), "correct the argument", e);
    }
  }

  private static PciAddress functionIn(ConfigObject object) {
    return new PciAddress(
        object.string("function").orElseThrow(() -> object.missing("function", "a PCI address")));
  }

  private static ObjectNode json(boolean dryRun) {
    return JsonNodeFactory.instance.objectNode().put("dryRun", dryRun);
  }

  /**
   * So many virtual functions.
   *
   * @param physical PCI address or name of the interface
   * @param driver for all of them; absent: the one that the kernel binds
   */
  record Create(String physical, int number, Optional<Named> driver, boolean dryRun)
      implements FunctionRequest {
    /** Throws {@link IllegalArgumentException} for a number that no function can have. */
    public Create {
      if (number < 0 || number > Sriov.MOST) {
        throw new IllegalArgumentException(
            "create %d virtual functions: want 0 to %d".formatted(number, Sriov.MOST));
      }
    }

    private static Create from(ConfigObject object, boolean dryRun) {
      return new Create(
          object.string("physical").orElseThrow(() -> object.missing("physical", "an interface")),
          object
              .integer("number", 0, Sriov.MOST)
              .orElseThrow(() -> object.missing("number", "0 or more")),
          object.string("driver").map(Named::new),
          dryRun);
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = json(dryRun).put("physical", physical).put("number", number);
      driver.ifPresent(one -> json.put("driver", one.driver()));
      return json;
    }

    @Override
    public List<Change> on(VirtualFunctions functions, ConfiguredFunctions configured) {
      return functions.create(physical, number, driver, dryRun);
    }
  }

  /** Another driver for a virtual function. */
  record Bind(PciAddress function, DriverChoice driver, boolean dryRun) implements FunctionRequest {
    private static Bind from(ConfigObject object, boolean dryRun) {
      return new Bind(functionIn(object), DriverChoice.of(object.string("driver")), dryRun);
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = json(dryRun).put("function", function.value());
      driver.name().ifPresent(name -> json.put("driver", name));
      return json;
    }

    @Override
    public List<Change> on(VirtualFunctions functions, ConfiguredFunctions configured) {
      return functions.bind(function, driver, dryRun);
    }
  }

  /** A function level reset. */
  record Reset(PciAddress function, boolean dryRun) implements FunctionRequest {
    @Override
    public ObjectNode toJson() {
      return json(dryRun).put("function", function.value());
    }

    @Override
    public List<Change> on(VirtualFunctions functions, ConfiguredFunctions configured) {
      return functions.reset(function, dryRun);
    }
  }

  /** What the configuration wants. */
  record Apply(boolean dryRun) implements FunctionRequest {
    @Override
    public ObjectNode toJson() {
      return json(dryRun);
    }

    @Override
    public List<Change> on(VirtualFunctions functions, ConfiguredFunctions configured) {
      return configured.apply(functions, dryRun);
    }
  }
}
