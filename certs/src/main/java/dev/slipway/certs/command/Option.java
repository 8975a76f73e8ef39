package dev.slipway.certs.command;

import java.util.ArrayList;
import java.util.List;

/** The options of the command line. */
enum Option {
    DIR("--dir", "DIR", Takes.ONE),
    DNS("--dns", "NAME…", Takes.MANY),
    IP("--ip", "IP…", Takes.MANY),
    VALIDITY("--validity", "90d", Takes.ONE),
    CA_VALIDITY("--ca-validity", "1825d", Takes.ONE),
    NEW_CA("--new-ca", "", Takes.NONE),
    FORCE("--force", "", Takes.NONE);

    /** How many values may follow. */
    enum Takes {
        NONE,
        ONE,
        MANY
    }

    private final String flag;
    private final String valueName;
    private final Takes takes;

    Option(String flag, String valueName, Takes takes) {
        this.flag = flag;
        this.valueName = valueName;
        this.takes = takes;
    }

    String flag() {
        return flag;
    }

    String valueName() {
        return valueName;
    }

    Takes takes() {
        return takes;
    }

    static List<String> flags(Iterable<Option> options) {
        var flags = new ArrayList<String>();
        options.forEach(option -> flags.add(option.flag));
        return flags;
    }
}
