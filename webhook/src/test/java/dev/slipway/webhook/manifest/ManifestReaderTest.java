package dev.slipway.webhook.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ManifestReaderTest {
    /** What stands under "data", and what kubectl makes of it; ManifestReaderIT asks kubectl itself. */
    static final Map<String, String> READ_AS = Map.ofEntries(
            Map.entry(
                    "{a: y, b: yes, c: Off, d: On, e: n, f: NO, g: tRue}",
                    "{'a':true,'b':true,'c':false,'d':true,'e':false,'f':false,'g':'tRue'}"),
            Map.entry(
                    "{a: 0777, b: 0o17, c: 0x1F, d: 0b101, e: -0b11, f: 08, g: 0x}",
                    "{'a':511,'b':15,'c':31,'d':5,'e':-3,'f':8.0,'g':'0x'}"),
            Map.entry(
                    "{a: 1_000, b: 1.10, c: .5, d: 1., e: 1e3, f: +1, g: 1.2.3, h: 1e, i: '='}",
                    "{'a':1000,'b':1.1,'c':0.5,'d':1.0,'e':1000.0,'f':1,'g':'1.2.3','h':'1e','i':'='}"),
            Map.entry(
                    "{a: 1:30, b: 2020-01-02, c: 2020-01-02T10:00:00Z, d: ~, e: Null, f: nUll, g: }",
                    "{'a':'1:30','b':'2020-01-02','c':'2020-01-02T10:00:00Z','d':null,'e':null,'f':'nUll','g':null}"),
            Map.entry(
                    "{'a': 'true', b: \"1\", c: !!str 1, d: !!int '7', e: !other x, f: !!binary aGk=}",
                    "{'a':'true','b':'1','c':'1','d':7,'e':'x','f':'hi'}"),
            Map.entry("{y: 1, 5: a, 1.5: b}", "{'true':1,'5':'a','1.5':'b'}"),
            Map.entry("{a: &x {k: 1}, b: *x, c: [*x]}", "{'a':{'k':1},'b':{'k':1},'c':[{'k':1}]}"),
            Map.entry("{a: &x {k: 1, l: 2}, b: {<<: *x, k: 9}}", "{'a':{'k':1,'l':2},'b':{'k':9,'l':2}}"),
            Map.entry("{a: &x {k: 1, l: 2}, b: {k: 9, <<: *x}}", "{'a':{'k':1,'l':2},'b':{'k':1,'l':2}}"),
            Map.entry(
                    "{a: &x {k: 1}, b: &z {k: 2, m: 3}, c: {<<: [*x, *z]}}",
                    "{'a':{'k':1},'b':{'k':2,'m':3},'c':{'k':1,'m':3}}"),
            Map.entry("{a: 1, a: 2}", "{'a':2}"));

    static List<Map.Entry<String, String>> readAs() {
        return List.copyOf(READ_AS.entrySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readAs")
    void yamlIsReadAsKubernetesReadsIt(Map.Entry<String, String> row) throws IOException {
        JsonNode data = read("kind: ConfigMap\ndata: " + row.getKey() + "\n")
                .get(0)
                .object()
                .path("data");

        assertThat(data.toString()).isEqualTo(row.getValue().replace("'", "\""));
    }

    @Test
    void documentsListsAndStreamsAreTakenApart() throws IOException {
        assertThat(kinds("kind: A\n---\n# nothing\n---\nkind: B\n...\n---\n")).containsExactly("A", "B");
        assertThat(kinds("{\"kind\": \"A\"}\n{\"kind\": \"B\"}")).containsExactly("A", "B");
        assertThat(kinds("{kind: A}")).containsExactly("A");
        assertThat(kinds("kind: List\nitems: [{kind: A}, {kind: List, items: [{kind: B}]}]"))
                .containsExactly("A", "B");
        assertThat(kinds("kind: PodList\nitems: [{metadata: {name: x}}]")).containsExactly("Pod");
        assertThat(kinds("kind: Order\nitems: [{kind: A}]")).containsExactly("Order");
        assertThat(kinds("")).isEmpty();
    }

    @Test
    void whatIsNotQuotedIsReportedAsItIsWritten() throws IOException {
        Manifest manifest = read("""
                kind: Deployment
                spec:
                  template:
                    metadata:
                      annotations: {a: true, b: 1.10, c: 60, d: 0777, e: "1", f: text, g: , h: [1]}
                      labels: {l: no}
                """).get(0);

        assertThat(manifest.unquoted().stream().map(Object::toString))
                .containsExactly(
                        "a is true without quotes, which is a boolean and no string; put it in quotes: \"true\"",
                        "b is 1.10 without quotes, which is a number and no string; put it in quotes: \"1.10\"",
                        "c is 60 without quotes, which is a number and no string; put it in quotes: \"60\"",
                        "d is 0777 without quotes, which is a number and no string; put it in quotes: \"0777\"",
                        "h is an array; expected a string",
                        "l is no without quotes, which is a boolean and no string; put it in quotes: \"no\"");
        assertThat(manifest.object().at("/spec/template/metadata/annotations/b").stringValue())
                .isEqualTo("1.10");
    }

    @Test
    void whatKubectlRefusesIsRefused() {
        assertThatThrownBy(() -> read("a: *nope"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1");
        assertThatThrownBy(() -> read("a: &a {b: *a}")).hasMessageContaining("contains itself");
        assertThatThrownBy(() -> read("a: .inf")).hasMessageContaining(".inf");
        assertThatThrownBy(() -> read("{~: x}")).hasMessageContaining("as key");
        assertThatThrownBy(() -> read("a: {<<: x}")).hasMessageContaining("merge key");
        assertThatThrownBy(() -> read("a: [")).hasMessageContaining("is not YAML");
        assertThatThrownBy(() -> read("[".repeat(10_000))).isInstanceOf(IOException.class);
    }

    @Test
    @Timeout(20)
    void aliasesToAliasesAreBounded() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 12; level++) {
            String alias = "*a" + (level - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(level, level, String.join(", ", Collections.nCopies(10, alias))));
        }

        assertThatThrownBy(() -> read(bomb.toString())).hasMessageContaining("its aliases stand for more than");
    }

    private static List<String> kinds(String text) throws IOException {
        return read(text).stream()
                .map(each -> each.object().path("kind").asString())
                .toList();
    }

    private static List<Manifest> read(String text) throws IOException {
        return ManifestReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
