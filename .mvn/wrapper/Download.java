import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/** What mvnw needs if there is no curl, wget or sha512sum: {@code URL FILE}, or {@code --sha512 FILE}. */
final class Download {
    private Download() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, NoSuchAlgorithmException {
        if (arguments[0].equals("--sha512")) {
            System.out.println(sha512(Path.of(arguments[1])));
        } else {
            System.exit(fetch(URI.create(arguments[0]), Path.of(arguments[1])));
        }
    }

    private static int fetch(URI url, Path file) throws InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(15))
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(url).timeout(Duration.ofMinutes(10)).build();
        try {
            int status = client.send(request, HttpResponse.BodyHandlers.ofFile(file)).statusCode();
            if (status != 200) {
                System.err.println("the server answered " + status);
            }
            return status == 200 ? 0 : 1;
        } catch (IOException failed) {
            System.err.println(failed);
            return 1;
        }
    }

    private static String sha512(Path file) throws IOException, NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file));
        var text = new StringBuilder();
        for (byte each : digest) {
            text.append(String.format("%02x", each));
        }
        return text.toString();
    }
}
