package dev.slipway.webhook.check;

import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The way out if a LimitRange refuses a pod: its message names neither the container nor who chose the number. */
final class LimitRangeAdvice {
    private static final Pattern BOUND =
            Pattern.compile("(minimum|maximum) (cpu|memory) usage per Container is ([0-9A-Za-z.]+?)[.,] ");
    private static final Pattern RATIO =
            Pattern.compile("(cpu|memory) max limit to request ratio per Container is ([0-9A-Za-z.]+), ");

    private LimitRangeAdvice() {}

    /** @return with what separates it from the message; empty if the message is about something else */
    static String of(String message) {
        var annotations = new TreeSet<String>();
        BOUND.matcher(message).results().map(LimitRangeAdvice::bound).forEach(annotations::add);
        RATIO.matcher(message).results().map(LimitRangeAdvice::ratio).forEach(annotations::add);
        return annotations.isEmpty()
                ? ""
                : ". A LimitRange of the namespace does not allow the numbers of our init container: annotate pod templates with "
                        + String.join(", and with ", annotations)
                        + "; or set SLIPWAY_WEBHOOK_REQUESTS_CPU and the three beside it for the whole cluster";
    }

    private static String bound(MatchResult found) {
        String side = found.group(1).equals("minimum") ? "requests" : "limits";
        return "slipway.dev/" + side + "-" + found.group(2) + ": " + found.group(3);
    }

    private static String ratio(MatchResult found) {
        String resource = found.group(1);
        return "slipway.dev/requests-" + resource + " and slipway.dev/limits-" + resource + " whose ratio is at most "
                + found.group(2);
    }
}
