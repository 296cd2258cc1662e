package io.myriapod.agent.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SvgDrawingTest {
  private static final Topology EMPTY = new Topology("worker-1", List.of(), List.of(), List.of());

  static Stream<Arguments> topologies() {
    return Stream.of(
        Arguments.of("telco", Sample.telco()),
        Arguments.of("empty", EMPTY),
        Arguments.of("hostile", Sample.hostile()),
        Arguments.of("crowd", Sample.crowd(20, 3)),
        Arguments.of("huge", Sample.crowd(700, 5)),
        Arguments.of("wide", Sample.crowd(3, 90)));
  }

  private static Document parsed(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> elements(Document svg, String name) {
    NodeList found = svg.getElementsByTagName(name);
    List<Element> list = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      list.add((Element) found.item(i));
    }
    return list;
  }

  /** The frame of each box, by its id. */
  private static Map<String, Rectangle2D> frames(Document svg) {
    Map<String, Rectangle2D> frames = new LinkedHashMap<>();
    for (Element group : elements(svg, "g")) {
      Element rect = (Element) group.getElementsByTagName("rect").item(0);
      frames.put(
          group.getAttribute("data-id"),
          new Rectangle2D.Double(
              number(rect, "x"), number(rect, "y"), number(rect, "width"), number(rect, "height")));
    }
    return frames;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("topologies")
  void of_any_isWellFormedWithoutScriptsAndTheSameEachTime(String name, Topology topology)
      throws Exception {
    String svg = SvgDrawing.of(topology);

    Document document = parsed(svg);
    assertEquals(List.of(), elements(document, "script"));
    assertTrue(svg.chars().allMatch(c -> c < 0x7f), "a picture in ASCII is read by everybody");
    assertEquals(svg, SvgDrawing.of(topology));
    assertEquals(
        SvgStyle.TEXT, elements(document, "style").get(0).getTextContent(), "pages allow that one");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("topologies")
  void of_any_hasNoBoxOverAnotherNorOutside(String name, Topology topology) throws Exception {
    Document svg = parsed(SvgDrawing.of(topology));
    Element top = svg.getDocumentElement();
    Rectangle2D all = new Rectangle2D.Double(0, 0, number(top, "width"), number(top, "height"));
    Map<String, Rectangle2D> frames = frames(svg);

    frames.forEach(
        (id, frame) -> {
          assertTrue(all.contains(frame), id + " is outside: " + frame);
          frames.forEach(
              (other, second) ->
                  assertTrue(
                      id.equals(other) || !frame.intersects(second), id + " covers " + other));
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("topologies")
  void of_any_hasNoWireThroughABox(String name, Topology topology) throws Exception {
    Document svg = parsed(SvgDrawing.of(topology));
    List<Point2D> onWires = new ArrayList<>();
    for (Element path : elements(svg, "path")) {
      if (path.getAttribute("class").startsWith("wire")) {
        onWires.addAll(along(path.getAttribute("d")));
      }
    }
    frames(svg)
        .forEach(
            (id, frame) -> {
              Rectangle2D inside =
                  new Rectangle2D.Double(
                      frame.getX() + 1,
                      frame.getY() + 1,
                      frame.getWidth() - 2,
                      frame.getHeight() - 2);
              onWires.forEach(at -> assertFalse(inside.contains(at), id + " is crossed: " + at));
            });
  }

  /** Points of a path of cubic curves. */
  private static List<Point2D> along(String path) {
    double[] n =
        Stream.of(path.substring(1).split("[C ]")).mapToDouble(Double::parseDouble).toArray();
    List<Point2D> points = new ArrayList<>();
    for (int i = 0; i + 7 < n.length; i += 6) {
      for (double t = 0; t <= 1; t += 0.05) {
        points.add(
            new Point2D.Double(
                cubic(t, n[i], n[i + 2], n[i + 4], n[i + 6]),
                cubic(t, n[i + 1], n[i + 3], n[i + 5], n[i + 7])));
      }
    }
    return points;
  }

  private static double cubic(double t, double a, double b, double c, double d) {
    double u = 1 - t;
    return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
  }

  @Test
  void of_theSample_namesAllThatIsThere() throws Exception {
    Document svg = parsed(SvgDrawing.of(Sample.telco()));

    String text = svg.getDocumentElement().getTextContent();
    for (String wanted :
        List.of(
            "worker-1",
            "4 pods, 10 interfaces, 4 networks",
            "ens1f0",
            "64 of 64 VFs",
            "VF 2",
            "vfio-pci",
            "45 free",
            "bond0.100",
            "vlan 100",
            "shop/storage",
            "vlan + tuning",
            "shop/upf-1",
            "2001:db8:10::4/64",
            "02:00:5e:00:00:01  0000:3b:02.1",
            "is being attached")) {
      assertTrue(text.contains(wanted), wanted + " lacks");
    }
    assertTrue(frames(svg).containsKey("pod:shop/upf-0"));
    assertTrue(frames(svg).containsKey("net:shop/data"));
  }

  @Test
  void of_moreThanFits_saysHowManyMore() throws Exception {
    Document pods = parsed(SvgDrawing.of(Sample.crowd(700, 5)));
    assertTrue(pods.getDocumentElement().getTextContent().contains("621 more pods"));
    assertEquals(79 + 1 + 5 + 1, frames(pods).size());

    Document networks = parsed(SvgDrawing.of(Sample.crowd(3, 90)));
    String text = networks.getDocumentElement().getTextContent();
    assertTrue(text.contains("31 more networks"), text);
    assertTrue(text.contains("75 more"), text);
  }
}
