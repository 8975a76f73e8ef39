package dev.slipway.migrator.report;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.cli.TextWrap;
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

    /** Columns before the message of a text line. */
    private static final int TIME = "00:00:00.000Z  ".length();

    /** Below this, further lines begin further to the left. */
    private static final int NARROW = 60;

    private static final String CLEAR = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean json;
    private final Clock clock;
    private final Map<String, Object> common;
    private final Terminal terminal;
    private boolean showsProgress;

    /** Of a log that is not on a terminal. */
    public EventLog(PrintStream out, boolean json, Clock clock, Map<String, Object> common) {
        this(out, json, clock, common, Terminal.NONE);
    }

    /**
     * @param json whether lines are JSON
     * @param common fields that every JSON line repeats, such as the pod
     */
    public EventLog(PrintStream out, boolean json, Clock clock, Map<String, Object> common, Terminal terminal) {
        this.terminal = terminal;
        this.out = out;
        this.json = json;
        this.clock = clock;
        this.common = Map.copyOf(common);
    }

    /** Whether the log is JSON, for programs that read it line by line. */
    public boolean isJson() {
        return json;
    }

    /** Whether {@link #progress} has a line to write over. */
    public boolean rewrites() {
        return !json && terminal.rewrites();
    }

    /** The same log as text. */
    public EventLog asText() {
        return json ? new EventLog(out, false, clock, common, terminal) : this;
    }

    /** A line that the next one writes over, whichever that is; only if this log {@link #rewrites}. */
    public synchronized void progress(String line) {
        int width = terminal.width();
        String shown = line.length() < width ? line : line.substring(0, width - 2) + '…';
        // Without automatic line breaks, so that it stays one line if the window became narrower.
        out.print(CLEAR + "\u001b[?7l" + shown + "\u001b[?7h");
        out.flush();
        showsProgress = true;
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
            String wayOut = report.wayOut();
            String text = textLine(level, report.message(), Map.of());
            print(wayOut.isEmpty() ? text : text + '\n' + wrapped(" ".repeat(TIME) + "-> ", wayOut));
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
        if (showsProgress) {
            showsProgress = false;
            out.print(CLEAR);
        }
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
        var line = new StringBuilder(message);
        fields.forEach((key, value) -> line.append("  ").append(key).append('=').append(quotedWhereNeeded(value)));
        String time = now().substring(HOUR, MILLIS) + "Z  ";
        if (level == Level.INFO) {
            return wrapped(time, line.toString());
        }
        String label = level == Level.WARN ? "warning:" : "error:";
        String shown = level == Level.WARN ? terminal.yellow(label) : terminal.red(label);
        return wrapped(time + shown + ' ', line.toString());
    }

    /** In lines of the terminal; each line of the text begins one. */
    private String wrapped(String start, String lines) {
        int width = terminal.width();
        if (width == TextWrap.UNLIMITED) {
            return start + lines;
        }
        var text = new StringBuilder();
        for (String line : lines.split("\n", -1)) {
            boolean first = text.length() == 0;
            TextWrap.append(text, first ? start : "", first && width >= NARROW ? TIME : 4, line, width);
        }
        return text.substring(0, text.length() - 1);
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
