package io.myriapod.kubernetes.annotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.types.IpAddresses;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionOptionsTest {

  @Test
  void capabilityArguments_everyKey_isNamedAsPluginsKnowIt() {
    var options =
        options(
            """
            'ips':['10.1.2.3/24','fd00::3'], 'mac':'02:00:00:00:00:0A',
            'infiniband-guid':'c2:11:22:33:44:55:66:77',
            'portMappings':[{'hostPort':80,'containerPort':8080,'hostIP':'10.0.0.1'},
                            {'hostPort':53,'containerPort':53,'protocol':'udp'}],
            'bandwidth':{'ingressRate':100,'ingressBurst':200,'egressRate':300},
            'deviceID':'0000:01:10.2'
            """);

    assertEquals(
        json(
            """
            {'ips':['10.1.2.3/24','fd00::3'], 'mac':'02:00:00:00:00:0a',
             'infinibandGUID':'c2:11:22:33:44:55:66:77',
             'portMappings':[{'hostPort':80,'containerPort':8080,'protocol':'TCP','hostIP':'10.0.0.1'},
                             {'hostPort':53,'containerPort':53,'protocol':'udp'}],
             'bandwidth':{'ingressRate':100,'ingressBurst':200,'egressRate':300},
             'deviceID':'0000:01:10.2'}
            """),
        compact(options.capabilityArguments()));
  }

  @Test
  void parse_cniArgs_keepsThemWhole() {
    var options = options("'cni-args':{'vlan':100,'deep':{'list':[1,2.50]}}");

    assertEquals(
        "{\"vlan\":100,\"deep\":{\"list\":[1,2.50]}}", options.cniArgs().orElseThrow().toString());
    assertEquals(0, options.capabilityArguments().size());
  }

  @Test
  void parse_defaultRouteEmpty_isPresentAndEmpty() {
    assertEquals(Optional.of(List.of()), options("'default-route':[]").defaultRoute());
    assertEquals(Optional.empty(), options("'mac':'02:00:00:00:00:01'").defaultRoute());
  }

  @Test
  void parse_defaultRouteOfSeveralGateways_keepsTheirOrder() {
    assertEquals(
        Optional.of(
            List.of(
                IpAddresses.parse("10.1.2.2"),
                IpAddresses.parse("10.1.2.1"),
                IpAddresses.parse("fd00::1"))),
        options("'default-route':['10.1.2.2','10.1.2.1','fd00::1']").defaultRoute());
  }

  @Test
  void parse_defaultRouteOnTwoElements_isRefused() {
    String text =
        json(
            "[{'name':'a','default-route':['10.1.2.1']},{'name':'b','default-route':['fd00::1']}]");

    assertEquals(
        "\"default-route\" stands on pod-ns/a and pod-ns/b: want one element only",
        NetworksAnnotationTest.refusal(text));
    assertEquals(2, NetworksAnnotation.parse(text, "pod-ns", Dialect.MULTUS).selections().size());
  }

  @Test
  void parse_emptyIps_isRefusedButInMultusDialect() {
    String text = json("[{'name':'a','ips':[]}]");

    assertTrue(NetworksAnnotationTest.refusal(text).contains("\"ips\" is empty"));
    var read = NetworksAnnotation.parse(text, "pod-ns", Dialect.MULTUS);
    assertEquals(List.of(), read.selections().get(0).options().ips());
  }

  @Test
  void parse_ipamClaim_isTakenAlone() {
    assertEquals(Optional.of("claim-1"), options("'ipam-claim-reference':'claim-1'").ipamClaim());
  }

  @Test
  void parse_ipamClaimBesideIps_isTakenInMultusDialect() {
    String text = json("[{'name':'a','ips':['10.1.2.3'],'ipam-claim-reference':'claim-1'}]");

    assertTrue(NetworksAnnotationTest.refusal(text).contains("stands beside \"ips\""));
    var read = NetworksAnnotation.parse(text, "pod-ns", Dialect.MULTUS);
    assertEquals(List.of("10.1.2.3"), read.selections().get(0).options().ips());
    assertEquals(Optional.of("claim-1"), read.selections().get(0).options().ipamClaim());
  }

  @Test
  void parse_keysOfOtherImplementations_areNoFindings() {
    var read =
        NetworksAnnotationTest.parse(
            json("[{'name':'a','org.foo.bar.key':1,'io.myriapod.devise':2,'vlan':3}]"));

    assertEquals(
        List.of(
            "element 1: key \"io.myriapod.devise\" has no effect",
            "element 1: key \"vlan\" has no effect"),
        read.findings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'io.myriapod.deviceContainer':'app','io.myriapod.deviceIndex':1|app|1",
        "'IO.Myriapod.devicecontainer':'app'|app|",
        "'io.myriapod.deviceIndex':0,'io.myriapod.deviceContainer':''||0",
        "'io.myriapod.deviceIndex':65535,'deviceID':null||65535",
      })
  void parse_placeOfADevice_isContainerAndIndex(String members, String container, Integer index) {
    var options = options(members);

    var place = options.devicePlace().orElseThrow();
    assertEquals(Optional.ofNullable(container), place.container());
    assertEquals(Optional.ofNullable(index), place.index());
    assertEquals(Optional.empty(), options.deviceId());
    assertEquals(0, options.capabilityArguments().size());
  }

  @Test
  void parse_placeOfADevice_isNoFinding() {
    var read =
        NetworksAnnotationTest.parse(
            json("[{'name':'a','io.myriapod.deviceContainer':'app','io.myriapod.deviceIndex':1}]"));

    assertEquals(List.of(), read.findings());
  }

  @Test
  void parse_interfaceRequest_isTheOldNameOfInterface() {
    var read = NetworksAnnotationTest.parse(json("[{'name':'a','interfaceRequest':'eth5'}]"));

    assertEquals("eth5", read.selections().get(0).interfaceName().orElseThrow().value());
    assertTrue(read.findings().get(0).contains("is deprecated"), read.findings().toString());
  }

  @Test
  void parse_unknownKeyInsidePortMapping_isAFinding() {
    var read =
        NetworksAnnotationTest.parse(
            json("[{'name':'a','portMappings':[{'hostPort':1,'containerPort':2,'x':1}]}]"));

    assertEquals(List.of("element 1: portMappings 1: key \"x\" has no effect"), read.findings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'ips':'10.1.2.3'|want a list",
        "'ips':[5]|want a list of strings",
        "'ips':['10.1.2.300']|10.1.2.300",
        "'ips':['10.1.2.3/33']|want 0 to 32",
        "'ips':['host.example']|host.example",
        "'mac':'02:00:00:00:00'|six hexadecimal pairs",
        "'mac':'02:00:00:00:00:01:02:03'|six hexadecimal pairs",
        "'mac':'01:00:5e:00:00:01'|unicast",
        "'mac':'00:00:00:00:00:00'|unicast",
        "'infiniband-guid':'c2:11:22:33:44:55'|eight hexadecimal pairs",
        "'portMappings':{}|want a list",
        "'portMappings':[5]|want a list of objects",
        "'portMappings':[{'containerPort':1}]|\"hostPort\" is missing",
        "'portMappings':[{'hostPort':0,'containerPort':1}]|want 1 to 65535",
        "'portMappings':[{'hostPort':1,'containerPort':65536}]|want 1 to 65535",
        "'portMappings':[{'hostPort':'1','containerPort':1}]|want a whole number",
        "'portMappings':[{'hostPort':1,'containerPort':1,'protocol':'ICMP'}]|\"UDP\" or \"SCTP\"",
        "'portMappings':[{'hostPort':1,'containerPort':1,'hostIP':'x'}]|hostIP",
        "'bandwidth':{}|want ingressRate or egressRate",
        "'bandwidth':{'ingressRate':0}|\"ingressRate\" is \"0\"",
        "'bandwidth':{'egressRate':1,'ingressBurst':1}|ingressBurst without ingressRate",
        "'bandwidth':{'egressRate':-1}|egressRate",
        "'bandwidth':{'egressRate':1e30}|egressRate",
        "'deviceID':'ü'|visible characters",
        "'io.myriapod.deviceIndex':-1|want 0 to 65535",
        "'io.myriapod.deviceIndex':65536|want 0 to 65535",
        "'io.myriapod.deviceIndex':'1'|want a whole number",
        "'io.myriapod.deviceIndex':0.5|want a whole number",
        "'io.myriapod.deviceContainer':'App'|container \"App\": want lower case letters",
        "'io.myriapod.deviceContainer':1|want a string",
        "'deviceID':'x','io.myriapod.deviceIndex':0|\"deviceID\" stands beside \"io.myriapod.deviceIndex\"",
        "'deviceID':'x','io.myriapod.DeviceContainer':'a'|\"deviceID\" stands beside \"io.myriapod.deviceContainer\"",
        "'cni-args':[1]|want an object",
        "'default-route':'10.1.2.1'|want a list",
        "'default-route':['10.1.2.1/24']|10.1.2.1/24",
        "'ipam-claim-reference':'A'|IPAMClaim",
        "'ipam-claim-reference':'a','ips':['10.1.2.3']|stands beside",
        "'interface':'a','interfaceRequest':'b'|contradicts",
      })
  void parse_badValue_isRefusedNamingIt(String member, String part) {
    var refused = NetworksAnnotationTest.refusal(json("[{'name':'a'," + member + "}]"));

    assertTrue(refused.startsWith("element 1: "), refused);
    assertTrue(refused.contains(part), refused);
  }

  @Test
  void parse_listOf65_isRefused() {
    String ips = "'10.1.2.3'" + ",'10.1.2.3'".repeat(64);

    assertTrue(
        NetworksAnnotationTest.refusal(json("[{'name':'a','ips':[" + ips + "]}]"))
            .contains("65 elements: want at most 64"));
  }

  private static SelectionOptions options(String members) {
    return NetworksAnnotationTest.parse(json("[{'name':'a'," + members + "}]"))
        .selections()
        .get(0)
        .options();
  }

  private static String json(String text) {
    return text.replace('\'', '"').replaceAll("\\s+", "");
  }

  private static String compact(Object arguments) {
    return new com.fasterxml.jackson.databind.ObjectMapper().valueToTree(arguments).toString();
  }
}
