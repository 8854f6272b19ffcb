import HTTPTypes
import Testing

@testable import WeirClient

/// What tasks see of a pacer, in virtual time.
@Suite struct PacerTests {
    private static func settings(_ change: (inout Pacer.Settings) -> Void) -> Pacer.Settings {
        var settings = Pacer.Settings()
        change(&settings)
        return settings
    }

    @Test func theWaitAfterARefusalIsExactlyTheReset() throws {
        let times = try VirtualTime.run { time in
            let service = ScriptedService(time) { number, _ in
                .dictionary(number == 1 ? 429 : 200, limit: 5, remaining: number == 1 ? 0 : 4, reset: 43)
            }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            let answer = try await pacer.perform {
                try await service.request()
            } reading: {
                $0
            }
            #expect(answer.status == .ok)
            return service.times
        }
        // Asked at 0, told after 10 ms.
        #expect(times == [.zero, .milliseconds(43_010)])
    }

    @Test func retryAfterWinsOverReset() throws {
        let times = try VirtualTime.run { time in
            let service = ScriptedService(time) { number, _ in
                var response = PacedResponse.dictionary(number == 1 ? 429 : 200, limit: 5, remaining: 0, reset: 3)
                if number == 1 { response.fields[.retryAfter] = "7" }
                return response
            }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            _ = try await pacer.perform {
                try await service.request()
            } reading: {
                $0
            }
            return service.times
        }
        #expect(times == [.zero, .milliseconds(7_010)])
    }

    @Test func backoffComesOnTopOfTheToldWait() throws {
        let times = try VirtualTime.run { time in
            let service = ScriptedService(time) { number, _ in
                .status(number < 4 ? 429 : 200, number < 4 ? [.retryAfter: "1"] : [:])
            }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000), random: { 0.5 })
            _ = try await pacer.perform {
                try await service.request()
            } reading: {
                $0
            }
            return service.times
        }
        // Exactly a second, then half of 100 ms and of 200 ms more.
        #expect(times == [.zero, .milliseconds(1_010), .milliseconds(2_070), .milliseconds(3_180)])
    }

    @Test func everyRefusedAttemptEndsInAnErrorWithTheStatus() throws {
        try VirtualTime.run { time in
            let service = ScriptedService(time) { _, _ in .status(402, [.retryAfter: "2"]) }
            let settings = Self.settings { $0.refusals = [.init(code: 402)] }
            let pacer = Pacer(settings: settings, clock: time, startingAt: .seconds(1_800_000_000))
            let error = await #expect(throws: PacerError.self) {
                try await pacer.perform {
                    try await service.request()
                } reading: {
                    $0
                }
            }
            #expect(error?.code == .refused && error?.status?.code == 402)
            #expect(service.times.count == 5)
        }
    }

    @Test func aWaitBeyondTheBoundFailsAtOnceAndSaysUntilWhen() throws {
        try VirtualTime.run { time in
            let service = ScriptedService(time) { _, _ in .status(429, [.retryAfter: "3600"]) }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            let error = await #expect(throws: PacerError.self) {
                try await pacer.perform {
                    try await service.request()
                } reading: {
                    $0
                }
            }
            #expect(error?.code == .waitTooLong && error?.retryAfter == .seconds(3600))
            #expect(time.elapsed == .milliseconds(10))
            // Nor is anybody else sent in vain.
            await #expect(throws: PacerError.self) { try await pacer.turn().failed() }
            #expect(service.times.count == 1)
            #expect(pacer.standing.isOverLimit)
        }
    }

    @Test func aFailureIsRepeatedOnlyIfItMayRunTwice() throws {
        try VirtualTime.run { time in
            for (isIdempotent, attempts) in [(true, 5), (false, 1)] {
                let failing = ScriptedService(time) { _, _ in throw ScriptedService.Failure() }
                let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
                await #expect(throws: ScriptedService.Failure.self) {
                    try await pacer.perform(isIdempotent: isIdempotent) {
                        try await failing.request()
                    } reading: {
                        $0
                    }
                }
                #expect(failing.times.count == attempts)

                for code in [500, 502, 503, 504] {
                    let broken = ScriptedService(time) { _, _ in .status(code) }
                    let answer = try await pacer.perform(isIdempotent: isIdempotent) {
                        try await broken.request()
                    } reading: {
                        $0
                    }
                    #expect(answer.status.code == code)
                    #expect(broken.times.count == attempts)
                }
                let never = ScriptedService(time) { _, _ in .status(501) }
                _ = try await pacer.perform(isIdempotent: isIdempotent) {
                    try await never.request()
                } reading: {
                    $0
                }
                #expect(never.times.count == 1)
            }
        }
    }

    @Test func anOverloadedServerIsLeftAloneForAsLongAsItAsks() throws {
        try VirtualTime.run { time in
            let service = ScriptedService(time) { number, _ in
                .status(number == 1 ? 503 : 200, number == 1 ? [.retryAfter: "9"] : [:])
            }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000), random: { 0 })
            // It may have run, and is not repeated; the next waits all the same.
            let first = try await pacer.perform {
                try await service.request()
            } reading: {
                $0
            }
            #expect(first.status.code == 503)
            _ = try await pacer.perform {
                try await service.request()
            } reading: {
                $0
            }
            #expect(service.times == [.zero, .milliseconds(9_010)])
        }
    }

    @Test func whatCannotBeRepeatedIsPassedOn() throws {
        try VirtualTime.run { time in
            let service = ScriptedService(time) { _, _ in .status(429, [.retryAfter: "1"]) }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            let answer = try await pacer.perform(isIdempotent: true, isRepeatable: false) {
                try await service.request()
            } reading: {
                $0
            }
            #expect(answer.status == .tooManyRequests && service.times.count == 1)
        }
    }

    @Test func whoCameFirstGoesFirst() throws {
        let order = try VirtualTime.run { time in
            let service = ScriptedService(time) { _, _ in .dictionary(limit: 1, remaining: 0, reset: 1) }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            let order = Recorded<Int>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...20 {
                    group.addTask {
                        try await time.sleep(for: .microseconds(number))
                        _ = try await pacer.perform {
                            order.append(number)
                            return try await service.request()
                        } reading: {
                            $0
                        }
                    }
                }
                try await group.waitForAll()
            }
            return order.all
        }
        #expect(order == Array(1...20))
    }

    @Test func aCancelledTaskLeavesTheLineAtOnce() throws {
        try VirtualTime.run { time in
            let service = ScriptedService(time) { _, _ in .dictionary(limit: 1, remaining: 0, reset: 60) }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            _ = try await pacer.perform {
                try await service.request()
            } reading: {
                $0
            }
            let began = time.elapsed
            await withTaskGroup(of: PacerError?.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        do throws(PacerError) {
                            try await pacer.turn().failed()
                            return nil
                        } catch { return error }
                    }
                }
                try? await time.sleep(for: .seconds(1))
                #expect(pacer.waitingCount == 3)
                group.cancelAll()
                for await error in group { #expect(error?.code == .cancelled) }
            }
            #expect(pacer.waitingCount == 0)
            #expect(time.elapsed - began == .seconds(1))
            // Whoever comes next goes at its time, as if nobody had waited.
            try await pacer.turn().failed()
            #expect(time.elapsed == .milliseconds(60_010))
        }
    }

    @Test func aTurnThatIsDroppedBlocksNobody() throws {
        try VirtualTime.run { time in
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            for _ in 0..<5 {
                let turn = try await pacer.turn()
                _ = consume turn
            }
            #expect(time.elapsed == .zero)
            #expect(pacer.waitingCount == 0)
        }
    }

    @Test func whoeverWaitsForAnAnswerThatNeverComesGivesUp() throws {
        try VirtualTime.run { time in
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            let first = try await pacer.turn()
            let error = await #expect(throws: PacerError.self) { try await pacer.turn().failed() }
            #expect(error?.code == .waitTooLong && error?.retryAfter == nil)
            #expect(time.elapsed == .seconds(120))
            first.failed()
        }
    }

    @Test func whatCameFromACacheTellsNothing() throws {
        try VirtualTime.run { time in
            let service = ScriptedService(time) { _, _ in
                var response = PacedResponse.dictionary(limit: 5, remaining: 0, reset: 60)
                response.fields[.age] = "3"
                return response
            }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            for _ in 0..<10 {
                _ = try await pacer.perform {
                    try await service.request()
                } reading: {
                    $0
                }
            }
            #expect(time.elapsed == .milliseconds(100))
            #expect(pacer.standing.remaining == nil)
        }
    }

    @Test func anApplicationIsToldWhenItComesNearAndOver() throws {
        let levels = try VirtualTime.run { time in
            let service = ScriptedService(time) { number, _ in
                .dictionary(number == 11 ? 429 : 200, limit: 10, remaining: max(10 - number, 0), reset: 1)
            }
            let levels = Recorded<Standing.Level>()
            let settings = Self.settings { $0.mostAttempts = 1 }
            let pacer = Pacer(settings: settings, clock: time, startingAt: .seconds(1_800_000_000)) {
                0
            } onChange: { standing in
                levels.append(standing.level)
            }
            for number in 1...10 {
                _ = try await pacer.perform {
                    try await service.request()
                } reading: {
                    $0
                }
                #expect(pacer.standing.remaining == 10 - number)
            }
            #expect(pacer.standing.moreIn == .seconds(1))
            return levels.all
        }
        #expect(levels == [.near, .over])
    }
}
