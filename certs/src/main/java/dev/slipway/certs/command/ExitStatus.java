package dev.slipway.certs.command;

/** How {@code slipway-certs} ends. */
enum ExitStatus {
    OK(0),
    /** The files are not as they should be, or could not be written; all problems were printed. */
    FAILED(1),
    /** The command line is wrong; all problems were printed and nothing was done. */
    USAGE(2);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
