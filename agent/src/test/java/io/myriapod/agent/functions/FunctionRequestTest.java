package io.myriapod.agent.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice.KernelDefault;
import io.myriapod.vfio.DriverChoice.Named;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests on their way over the socket. */
class FunctionRequestTest {
  private static final PciAddress FUNCTION = new PciAddress("0000:01:10.2");

  static Stream<FunctionRequest> requests() {
    return Stream.of(
        new FunctionRequest.Create("eth0", 4, Optional.of(new Named("vfio-pci")), true),
        new FunctionRequest.Create("0000:01:00.0", 0, Optional.empty(), false),
        new FunctionRequest.Bind(FUNCTION, new Named("vfio-pci"), false),
        new FunctionRequest.Bind(FUNCTION, new KernelDefault(), true),
        new FunctionRequest.Reset(FUNCTION, false),
        new FunctionRequest.Apply(true));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void of_whatWasSent_isTheSame(FunctionRequest request) {
    assertEquals(request, FunctionRequest.of(request.command(), Json.bytes(request.toJson())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE | {\"number\": 1} | \"physical\" is missing",
        "CREATE | {\"physical\": \"e\", \"number\": 70000} | want a whole number from 0 to 65535",
        "CREATE | {\"physical\": \"e\", \"number\": 1, \"driver\": \"a/b\"} | driver \"a/b\"",
        "BIND | {\"function\": \"eth0\"} | PCI address \"eth0\"",
        "RESET | {} | \"function\" is missing",
        "FORMAT | {} | there is no command \"FORMAT\"",
      })
  void of_badRequest_saysWhatIsWrong(String command, String json, String finding) {
    CniException refusal =
        assertThrows(CniException.class, () -> FunctionRequest.of(command, json.getBytes(UTF_8)));

    assertTrue(refusal.getMessage().contains(finding), refusal.getMessage());
    assertFalse(refusal.details().contains("network configuration"), refusal.details());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void create_numberThatNoFunctionCanHave_isRefused(int number) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new FunctionRequest.Create("eth0", number, Optional.empty(), false));
  }

  @Test
  void of_noJson_isRefused() {
    assertThrows(CniException.class, () -> FunctionRequest.of("APPLY", "x".getBytes(UTF_8)));
  }
}
