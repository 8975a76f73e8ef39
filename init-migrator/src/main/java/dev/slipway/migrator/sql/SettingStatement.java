package dev.slipway.migrator.sql;

/**
 * Whether a statement changes nothing but how its session or its transaction works: SET, RESET, and a SELECT that only calls
 * set_config. Running it twice is harmless, and outside a transaction it leaves nothing that a failure would have to undo.
 */
public final class SettingStatement {
    private SettingStatement() {}

    /** Pure, and works on tokens: white space, comments and case make no difference. */
    public static boolean is(SqlStatement statement) {
        var reader = new TokenReader(statement.text());
        return switch (reader.peekWord()) {
            case "SET" -> isSet(reader);
            case "RESET" -> true;
            case "SELECT" -> callsOnlySetConfig(reader);
            default -> false;
        };
    }

    /** SET CONSTRAINTS checks what is deferred, and SET TRANSACTION has a meaning only inside of one. */
    private static boolean isSet(TokenReader reader) {
        reader.take("SET");
        boolean ofTransaction = reader.at("CONSTRAINTS")
                || reader.at("TRANSACTION")
                || reader.at("LOCAL", "TRANSACTION")
                || reader.at("SESSION", "TRANSACTION");
        // SET transaction = …, if an extension should have such a parameter.
        return !ofTransaction || isAssignment(reader);
    }

    private static boolean isAssignment(TokenReader reader) {
        int mark = reader.mark();
        reader.takeAny();
        boolean assigns = reader.atSymbol('=') || reader.at("TO") || reader.atSymbol('.');
        reader.reset(mark);
        return assigns;
    }

    /** As pg_dump writes it; an argument that is computed may do anything. */
    private static boolean callsOnlySetConfig(TokenReader reader) {
        reader.take("SELECT");
        do {
            if (reader.take("PG_CATALOG")) {
                reader.takeSymbol('.');
            }
            if (!reader.take("SET_CONFIG") || !reader.takeSymbol('(')) {
                return false;
            }
            do {
                reader.takeLiteral();
            } while (reader.takeSymbol(','));
            if (!reader.takeSymbol(')')) {
                return false;
            }
        } while (reader.takeSymbol(','));
        return reader.atEnd();
    }
}
