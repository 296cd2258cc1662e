package io.myriapod.vfio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.DeviceRecord;
import java.util.Optional;

/**
 * That a pool gave a function to whichever container comes next.
 *
 * @param resource the pool, as pods request it
 * @param driver that the function is to have then; absent: whichever it has
 * @param id another one at each allocation
 * @param former the driver that it gets back at the end; absent: the one that the kernel chooses
 */
public record Loan(String resource, Optional<String> driver, String id, Optional<String> former) {
  static final String FACT = "loan";

  /** The last one of that function. */
  public static Optional<Loan> of(DeviceRecord record) {
    return record
        .fact(FACT)
        .map(
            json ->
                new Loan(
                    json.path("resource").asText(),
                    Optional.ofNullable(json.get("driver")).map(JsonNode::asText),
                    json.path("id").asText(),
                    Optional.ofNullable(json.get("former")).map(JsonNode::asText)));
  }

  /** What the function is to have at the end, if it was given a driver. */
  DriverChoice back() {
    return DriverChoice.of(former);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("resource", resource).put("id", id);
    driver.ifPresent(name -> json.put("driver", name));
    former.ifPresent(name -> json.put("former", name));
    return json;
  }
}
