package dev.slipway.migrator.report;

import dev.slipway.contract.ExitCode;
import java.io.PrintStream;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The log of a run on standard output: what happened is a constant sentence, who and where are fields. One JSON object
 * a line for programs, or text for people. Thread-safe; the shutdown hook writes beside the run.
 */
public final class EventLog {
    /** How much attention a line wants. */
    public enum Level {
        INFO,
        WARN,
        ERROR
    }

    /** Where the hour of a time begins, and where its milliseconds end. */
    private static final int HOUR = "2026-01-01T".length();

    private static final int MILLIS = "2026-01-01T00:00:00.000".length();

    private final PrintStream out;
    private final boolean json;
    private final Clock clock;
    private final Map<String, Object> common;

    /**
     * @param json whether lines are JSON
     * @param common fields that every JSON line repeats, such as the pod
     */
    public EventLog(PrintStream out, boolean json, Clock clock, Map<String, Object> common) {
        this.out = out;
        this.json = json;
        this.clock = clock;
        this.common = Map.copyOf(common);
    }

    /** Whether the log is JSON, for programs that read it line by line. */
    public boolean isJson() {
        return json;
    }

    /** @param keysAndValues alternating; a value of an empty Optional leaves its field out */
    public void info(String message, Object... keysAndValues) {
        log(Level.INFO, message, keysAndValues);
    }

    public void warn(String message, Object... keysAndValues) {
        log(Level.WARN, message, keysAndValues);
    }

    /** The end of a run: all of the report for programs; for people its sentence and the way out. */
    public void result(RunReport report) {
        Level level = report.exitCode() == ExitCode.OK ? Level.INFO : Level.ERROR;
        if (json) {
            Map<String, Object> fields = report.fields();
            fields.remove("message");
            print(jsonLine(level, report.message(), fields));
        } else {
            print(textLine(level, report.message(), Map.of()));
            if (!report.wayOut().isEmpty()) {
                print("              -> " + report.wayOut());
            }
        }
    }

    private void log(Level level, String message, Object... keysAndValues) {
        var fields = new LinkedHashMap<String, Object>();
        for (int index = 0; index + 1 < keysAndValues.length; index += 2) {
            Object value = keysAndValues[index + 1];
            if (!(value instanceof Optional<?> optional && optional.isEmpty())) {
                fields.put(keysAndValues[index].toString(), value instanceof Optional<?> known ? known.get() : value);
            }
        }
        print(json ? jsonLine(level, message, fields) : textLine(level, message, fields));
    }

    private synchronized void print(String line) {
        out.println(line);
        out.flush();
    }

    private String jsonLine(Level level, String message, Map<String, Object> fields) {
        var object = new LinkedHashMap<String, Object>();
        object.put("time", now());
        object.put("level", level.name().toLowerCase(Locale.ROOT));
        object.put("message", message);
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            // A line has one time, one level and one message, whatever the names of its fields.
            boolean taken = object.containsKey(field.getKey());
            object.put(taken ? field.getKey() + "_" : field.getKey(), field.getValue());
        }
        object.putAll(common);
        return Json.write(object);
    }

    private String textLine(Level level, String message, Map<String, Object> fields) {
        var line = new StringBuilder(now().substring(HOUR, MILLIS));
        line.append(level == Level.INFO ? "  " : level == Level.WARN ? "  warning: " : "  error: ");
        line.append(message);
        fields.forEach((key, value) -> line.append("  ").append(key).append('=').append(quotedWhereNeeded(value)));
        return line.toString();
    }

    /**
     * RFC 3339 in UTC with microseconds. Formatted by hand, because setting up the JDK's formatters takes longer than
     * the rest of a line, and a start with nothing to do writes only one.
     */
    private String now() {
        LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
        var text = new StringBuilder(MILLIS + 4);
        digits(text, now.getYear(), 4).append('-');
        digits(text, now.getMonthValue(), 2).append('-');
        digits(text, now.getDayOfMonth(), 2).append('T');
        digits(text, now.getHour(), 2).append(':');
        digits(text, now.getMinute(), 2).append(':');
        digits(text, now.getSecond(), 2).append('.');
        return digits(text, now.getNano() / 1000, 6).append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder text, int number, int width) {
        String digits = Integer.toString(number);
        return text.append("0".repeat(width - digits.length())).append(digits);
    }

    private static String quotedWhereNeeded(Object value) {
        String text = value.toString();
        return text.indexOf(' ') >= 0 && !text.startsWith("\"") ? '"' + text + '"' : text;
    }
}
