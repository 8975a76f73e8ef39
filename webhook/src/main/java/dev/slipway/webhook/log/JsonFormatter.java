package dev.slipway.webhook.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Writes a record as one JSON object; the fields of {@link EventLog} become fields of it. */
final class JsonFormatter extends Formatter {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Override
    public String format(LogRecord line) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("time", line.getInstant().toString());
        fields.put("level", line.getLevel().getName());
        fields.put("logger", line.getLoggerName());
        Object[] parameters = line.getParameters();
        boolean structured = parameters != null && parameters.length == 1 && parameters[0] instanceof Map;
        fields.put("message", structured ? line.getMessage() : formatMessage(line));
        if (structured) {
            ((Map<?, ?>) parameters[0]).forEach((name, value) -> fields.put(free(fields, String.valueOf(name)), value));
        }
        if (line.getThrown() != null) {
            fields.put("exception", stackTrace(line.getThrown()));
        }
        return json(fields) + System.lineSeparator();
    }

    /** A line has one time, one level, one logger and one message, whatever the names of its fields. */
    private static String free(Map<String, Object> fields, String name) {
        return fields.containsKey(name) ? name + "_" : name;
    }

    private static String stackTrace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static String json(Map<String, Object> fields) {
        try {
            return MAPPER.writeValueAsString(fields);
        } catch (JacksonException unwritable) {
            return "{\"level\":\"SEVERE\",\"message\":\"a log line could not be written\"}";
        }
    }
}
