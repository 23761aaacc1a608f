import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A district system in Java runs one case from login to delivery, over HTTP alone.
 *
 * JDK 17, nothing else: python examples/served_delta.py java examples/java/Apply.java
 * A real host reads JSON with its own library; a pattern is enough to show the way.
 */
public final class Apply {
    private static final String SUZHOU = System.getenv("SUZHOU");
    private static final String PUDONG = System.getenv("PUDONG");
    private static final String IDP = System.getenv("IDP");
    private static final String KEY = System.getenv("INTEROP_API_KEY");
    private static final long OFFSET_S = Long.parseLong(System.getenv("CLOCK_OFFSET_S"));
    private static final String REFERENCE = "JAVA-WINDOW-0001";
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    public static void main(String[] arguments) throws Exception {
        // One login counts everywhere: a token for each gateway, a mandate for the agent.
        String session = value("session", idp("login",
                "{\"person\":\"agent-a\",\"organisation\":\"enterprise-a\",\"method\":\"face\"}"));
        String token = value("access_token", idp("token", asked(session, "https://gateway.sz.sim.example")));
        String handling = value("access_token", idp("token", asked(session, "https://gateway.pd.sim.example")));
        String mandate = value("mandate", idp("mandate", "{\"session\":\"" + session
                + "\",\"items\":[\"outdoor-advertising\"],\"regions\":[\"310115\"],"
                + "\"purpose\":\"办理设置大型户外广告设施审批\"}"));

        String who = done(call(SUZHOU, "identify", "{\"token\":\"" + token + "\"}", null));
        System.out.println("identified: " + value("level", who));

        String form = Files.readString(Path.of(System.getenv("FILING"))).replace("@NOW@", now());
        // The form is {"application": …, "basis": …}: what it holds goes out as it is.
        String application = form.substring(0, form.indexOf(", \"basis\"")) + "}";
        System.out.println("checked: " + value("intake", done(call(SUZHOU, "check", application, null))));
        System.out.println("to ask: " + count("\"fact\"", done(call(SUZHOU, "ask", application, null))));

        String filing = form.substring(0, form.lastIndexOf('}'))
                + ",\"token\":\"" + token + "\",\"handling_token\":\"" + handling
                + "\",\"mandate\":\"" + mandate + "\",\"reference\":\"" + REFERENCE + "\"}";
        String key = UUID.randomUUID().toString();
        String draft = done(call(SUZHOU, "spare", filing, key));
        System.out.println("spared: " + list("spared", draft));
        // A network that fails after the request: the same key gets the same bytes.
        boolean same = draft.equals(done(call(SUZHOU, "spare", filing, key)));
        System.out.println("repeated: " + (same ? "same bytes" : "OTHER BYTES"));

        String mine = "{\"reference\":\"" + REFERENCE + "\"}";
        System.out.println("received: " + value("state", done(step(SUZHOU, "receive", mine))));
        String handed = done(step(SUZHOU, "hand_over", mine));
        String number = value("number", handed);
        HttpResponse<String> refused = step(SUZHOU, "accept", mine);
        System.out.println("refused: " + refused.statusCode() + " " + value("code", refused.body()));

        waitFor(number, "fact-concluded");
        String organ = done(call(PUDONG, "case", "{\"case\":\"" + number + "\"}", null));
        System.out.println("ruled: " + value("ruling", organ));
        System.out.println("delivered: " + value("state", done(step(SUZHOU, "deliver",
                "{\"reference\":\"" + REFERENCE + "\",\"method\":\"window\"}"))));
        String clocks = done(call(SUZHOU, "clocks", mine, null));
        System.out.println("clocks: " + count("\"due_on\"", clocks));
    }

    /** Wait for an event of a case: a long poll from the cursor on, never a busy loop. */
    private static void waitFor(String number, String type) throws Exception {
        long after = 0;
        Instant end = Instant.now().plusSeconds(60);
        while (Instant.now().isBefore(end)) {
            String page = done(get(SUZHOU + "/v1/events?wait_s=20&after=" + after));
            Pattern wanted = Pattern.compile("\"case\":\"" + Pattern.quote(number)
                    + "\",\"cursor\":[0-9]+,\"type\":\"" + type + "\"");
            if (wanted.matcher(page).find()) {
                return;
            }
            Matcher next = Pattern.compile("\"next\":([0-9]+)").matcher(page);
            after = next.find() ? Long.parseLong(next.group(1)) : after;
        }
        throw new IllegalStateException("the case did not get " + type);
    }

    private static HttpResponse<String> step(String gateway, String verb, String body) throws Exception {
        return call(gateway, verb, body, UUID.randomUUID().toString());
    }

    private static HttpResponse<String> call(String gateway, String verb, String body, String key)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway + "/v1/" + verb))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(TIMEOUT)
                .header("Authorization", "Bearer " + KEY).GET().build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String idp(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(IDP + "/" + path)).timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return done(HTTP.send(request, HttpResponse.BodyHandlers.ofString()));
    }

    private static String asked(String session, String audience) {
        return "{\"session\":\"" + session + "\",\"audience\":\"" + audience + "\",\"may_act\":\"\"}";
    }

    private static String done(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private static String now() {
        return Instant.now().plusSeconds(OFFSET_S).toString();
    }

    private static String value(String name, String json) {
        Matcher found = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException("no " + name + " in the answer");
        }
        return found.group(1);
    }

    private static String list(String name, String json) {
        Matcher found = Pattern.compile("\"" + name + "\":\\s*\\[([^\\]]*)\\]").matcher(json);
        return found.find() ? found.group(1).replace("\"", "").replace(",", ", ") : "";
    }

    private static long count(String part, String json) {
        return Pattern.compile(Pattern.quote(part)).matcher(json).results().count();
    }
}
