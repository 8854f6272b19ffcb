import Glibc
import Testing

@testable import Hiredis

@Suite struct ErrorTests {
    @Test(arguments: [
        (1, EAGAIN, RedisError.Code.timedOut), (1, ETIMEDOUT, .timedOut), (1, EPIPE, .connectionLost),
        (1, ECONNRESET, .connectionLost), (1, ECONNREFUSED, .unreachable), (1, ENOENT, .unreachable),
        (1, EMFILE, .overloaded), (1, 0, .connectionLost), (2, 0, .unreachable), (3, 0, .connectionLost),
        (4, 0, .protocolViolation), (5, 0, .protocolViolation),
    ])
    func hiredisAndErrnoBecomeOneError(status: Int, systemError: Int32, code: RedisError.Code) {
        let error = RedisError.translating(status: Int32(status), systemError: systemError, text: "some text")
        #expect(error.code == code)
        #expect(!error.message.isEmpty && !error.mayHaveRun)
        #expect(error.afterSending.mayHaveRun)
    }

    @Test(arguments: [
        ("NOSCRIPT No matching script. Please use EVAL.", "NOSCRIPT", true),
        ("OOM command not allowed when used memory > 'maxmemory'. script: ab, on @user_script:1.", "OOM", true),
        ("ERR Error running script (call to f_ab): @user_script:1: -OOM command not allowed", "OOM", true),
        ("ERR user_script:12: there is no rule 4 script: ab, on @user_script:12.", "ERR", false),
        ("WRONGTYPE Operation against a key holding the wrong kind of value", "WRONGTYPE", false),
    ])
    func whatAServerRefusedHasNotRun(message: String, code: String, ranNothing: Bool) {
        let error = ServerError(message: message)
        #expect(error.code == code && error.provesNothingRan == ranNothing)
        #expect(RedisError(error).mayHaveRun == !ranNothing)
    }
}
