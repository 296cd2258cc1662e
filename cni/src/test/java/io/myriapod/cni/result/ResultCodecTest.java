package io.myriapod.cni.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResultCodecTest {
  static Stream<Arguments> everyPair() {
    return Arrays.stream(CniVersion.values())
        .flatMap(from -> Arrays.stream(CniVersion.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("everyPair")
  void convert_vectorOfOneVersion_isTheVectorOfTheOther(CniVersion from, CniVersion to) {
    ObjectNode source = vector(from + ".json").orElseThrow();

    ObjectNode converted = ResultCodec.convert(source, to);

    ObjectNode expected =
        vector("converted/%s-to-%s.json".formatted(from, to))
            .orElseGet(() -> vector(to + ".json").orElseThrow());
    assertEquals(expected, converted);
    if (from == to) {
      assertSame(source, converted);
    }
  }

  @ParameterizedTest
  @EnumSource(CniVersion.class)
  void encode_decodedVector_isTheVectorAgain(CniVersion version) {
    ObjectNode source = vector(version + ".json").orElseThrow();

    CniResult result = ResultCodec.decode(source, CniVersion.V0_1_0);

    assertEquals(source, ResultCodec.encode(result, version));
  }

  @ParameterizedTest
  @CsvSource({"0.1.0", "0.2.0"})
  void encode_layer2ResultForOldVersions_saysWhatLibcniSays(String version) {
    CniResult result = CniResult.of(Interface.onHost("net1", MacAddress.random(), 1500));

    var e =
        assertThrows(
            CniException.class, () -> ResultCodec.encode(result, CniVersion.parse(version)));

    assertEquals(1, e.code());
    assertEquals("cannot convert: no valid IP addresses", e.getMessage());
  }

  @Test
  void encode_emptyResult_hasVersionAndDnsOnly() {
    assertEquals(
        json("{'cniVersion':'1.1.0','dns':{}}"),
        ResultCodec.encode(CniResult.empty(), CniVersion.V1_1_0));
  }

  @Test
  void decode_noVersion_readsAsTheConfigsVersion() {
    ObjectNode old = json("{'ip4':{'ip':'10.0.0.2/24'}}");

    CniResult result = ResultCodec.decode(old, CniVersion.V0_2_0);

    assertEquals(IpPrefix.parse("10.0.0.2/24"), result.addresses().get(0).address());
    assertTrue(ResultCodec.decode(old, CniVersion.V1_0_0).addresses().isEmpty());
  }

  @Test
  void decode_null_isEmpty() {
    assertEquals(CniResult.empty(), ResultCodec.decode(NullNode.getInstance(), CniVersion.V1_0_0));
  }

  @Test
  void decode_keysInOtherCaseAndUnknownOnes_areReadAndPassedOver() {
    CniResult result =
        ResultCodec.decode(
            json("{'CniVersion':'1.0.0','IPs':[{'Address':'10.0.0.2/24','x':1}],'y':[1]}"),
            CniVersion.V0_1_0);

    assertEquals(IpPrefix.parse("10.0.0.2/24"), result.addresses().get(0).address());
  }

  @Test
  void decode_interfaceIndexBeyondTheList_isDropped() {
    CniResult result =
        ResultCodec.decode(
            json("{'cniVersion':'1.0.0','ips':[{'interface':3,'address':'10.0.0.2/24'}]}"),
            CniVersion.V0_1_0);

    assertEquals(Optional.empty(), result.addresses().get(0).interfaceIndex());
  }

  @Test
  void decode_routeWithHostBits_isTheNetwork() {
    CniResult result =
        ResultCodec.decode(
            json("{'cniVersion':'1.0.0','routes':[{'dst':'10.9.1.2/16'}]}"), CniVersion.V0_1_0);

    assertEquals("10.9.0.0/16", result.routes().get(0).destination().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'cniVersion':'9.9.9'} | 1 | unsupported CNI result version \"9.9.9\"",
        "{'cniVersion':'1.0.0','ips':[{'address':'10.0.0.300/24'}]} | 6 | 10.0.0.300",
        "{'cniVersion':'1.0.0','ips':[{}]} | 6 | ips[0] has no \"address\"",
        "{'cniVersion':'1.0.0','ips':{}} | 6 | \"ips\" is an object: want a list",
        "{'cniVersion':'1.0.0','interfaces':['x']} | 6 | \"interfaces[0]\" is \"x\"",
        "{'cniVersion':'1.0.0','routes':[{'dst':'0.0.0.0/0','gw':'nowhere'}]} | 6 | nowhere",
        "{'cniVersion':'1.1.0','routes':[{'dst':'0.0.0.0/0','mtu':-1}]} | 6 | \"mtu\" is -1",
        "{'cniVersion':'0.2.0','ip4':{}} | 6 | ip4 has no \"ip\"",
        "[] | 6 | a list: want an object",
      })
  void decode_badResult_namesKeyAndValue(String text, int code, String finding) {
    var e =
        assertThrows(
            CniException.class,
            () -> ResultCodec.decode(Json.parse(bytes(text), "test"), CniVersion.V1_0_0));

    assertEquals(code, e.code());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @Test
  void result_addressOnAnInterfaceThatIsNotThere_isRefused() {
    var address = new Address(IpPrefix.parse("10.0.0.2/24"), Optional.empty(), Optional.of(1));

    assertThrows(
        IllegalArgumentException.class, () -> CniResult.empty().withAddresses(List.of(address)));
  }

  @Test
  void interface_infinibandMac_isKeptButNoMacAddress() {
    String mac = "80:00:00:49:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:00:01";
    CniResult result =
        ResultCodec.decode(
            json("{'cniVersion':'1.0.0','interfaces':[{'name':'ib0','mac':'%s'}]}".formatted(mac)),
            CniVersion.V0_1_0);

    assertEquals(Optional.of(mac), result.interfaces().get(0).mac());
    assertTrue(result.interfaces().get(0).macAddress().isEmpty());
  }

  private static ObjectNode json(String text) {
    return Json.parseObject(bytes(text), "test");
  }

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<ObjectNode> vector(String name) {
    try (InputStream in = ResultCodecTest.class.getResourceAsStream("/results/" + name)) {
      return in == null ? Optional.empty() : Optional.of(Json.parseObject(in.readAllBytes(), name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
