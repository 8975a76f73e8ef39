import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.concurrent.Executors;

/**
 * The sample application: a small web service that needs the migrated schema and does not migrate anything itself.
 *
 * <p>{@code DATABASE_URL} names the database (postgres://user:password@host:port/name), {@code PORT} (8080, 0 = any free
 * one) and {@code LISTEN_ADDRESS} (0.0.0.0) where it listens. {@code GET /} answers with the orders by status, {@code GET
 * /healthz} with 200 while the database can be read.
 */
public final class ShopApp {
    private final String jdbcUrl;
    private final Properties credentials;

    private ShopApp(URI database) {
        String[] user = database.getRawUserInfo().split(":", 2);
        String query = database.getRawQuery() == null ? "" : "?" + database.getRawQuery();
        int port = database.getPort() < 0 ? 5432 : database.getPort();
        jdbcUrl = "jdbc:postgresql://" + database.getHost() + ":" + port + database.getRawPath() + query;
        credentials = new Properties();
        credentials.setProperty("user", decoded(user[0]));
        credentials.setProperty("password", user.length < 2 ? "" : decoded(user[1]));
        credentials.setProperty("ApplicationName", "shop");
    }

    public static void main(String[] args) throws IOException {
        Map<String, String> env = System.getenv();
        var app = new ShopApp(URI.create(env.getOrDefault("DATABASE_URL", "postgres://shop:shop@localhost/shop")));
        try {
            System.out.println("the schema is there: " + app.ordersByStatus());
        } catch (SQLException missing) {
            System.err.println("cannot start without the schema: " + missing.getMessage());
            System.exit(1);
        }
        var address = new InetSocketAddress(
                env.getOrDefault("LISTEN_ADDRESS", "0.0.0.0"), Integer.parseInt(env.getOrDefault("PORT", "8080")));
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/", app::answer);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
        System.out.println("listening on port " + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                String path = exchange.getRequestURI().getPath();
                switch (path) {
                    case "/" -> respond(exchange, 200, ordersByStatus());
                    case "/healthz" -> respond(exchange, 200, "{\"ok\": " + !ordersByStatus().isEmpty() + "}");
                    default -> respond(exchange, 404, "{\"error\": \"there is nothing at this path\"}");
                }
            } catch (SQLException failed) {
                System.err.println("the database cannot be read: " + failed.getMessage());
                respond(exchange, 503, "{\"error\": \"the database cannot be read\"}");
            }
        }
    }

    /** Reads the view that the repeatable migration makes and the column that a later version added. */
    private String ordersByStatus() throws SQLException {
        String sql = "SELECT status, count(*), sum(total_cents) FROM order_summary GROUP BY status ORDER BY status";
        try (Connection connection = DriverManager.getConnection(jdbcUrl, credentials);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var json = new StringJoiner(", ", "{", "}");
            while (rows.next()) {
                json.add("\"%s\": {\"orders\": %d, \"cents\": %d}"
                        .formatted(rows.getString(1), rows.getLong(2), rows.getLong(3)));
            }
            return json.toString();
        }
    }

    private static void respond(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = (json + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String decoded(String text) {
        return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
