internal import Hiredis
internal import Logging
internal import LuaScripts

/// Windows in Redis, decided over by `lua/acquire.lua` for all instances together.
package final class RedisStore: Store {
    private let decisions: RequestQueue<DecisionFormat>
    private let client: RedisClient
    private let deadline: Duration

    package init(url: String, configuration: RateLimiter.Configuration) throws(WeirError) {
        let address: RedisAddress
        do throws(InvalidAddress) { address = try RedisAddress(url: url) } catch {
            throw WeirError(.invalidConfiguration, "the address of Redis makes no sense: \(error.reason)")
        }
        let script = Script(source: Scripts.acquire)
        var options = ConnectionOptions()
        options.clientName = configuration.clientName
        options.connectTimeout = configuration.connectTimeout
        options.stallLimit = configuration.stallLimit
        options.scripts = [script]
        deadline = configuration.deadline
        do throws(RedisError) {
            let wakeup = try Wakeup()
            decisions = RequestQueue(
                DecisionFormat(script: script),
                capacity: configuration.queueLimit,
                wakeup: wakeup
            )
            client = try RedisClient(
                address: address,
                options: options,
                logger: configuration.logger,
                wakeup: wakeup,
                source: decisions
            )
        } catch {
            throw WeirError(error)
        }
    }

    package func decide(_ request: DecisionRequest) async throws(WeirError) -> Verdict {
        do throws(RedisError) {
            return try await decisions.answer(to: request, before: .now + deadline)
        } catch {
            throw WeirError(error)
        }
    }

    package func remove(_ keys: [[UInt8]]) async throws(WeirError) -> Int {
        var command = Command("DEL")
        for key in keys { command.append(key) }
        do throws(RedisError) {
            guard case .integer(let count) = try await client.reply(to: command, before: .now + deadline) else {
                throw RedisError(.protocolViolation, "DEL was answered with something else than a number")
            }
            return count
        } catch {
            throw WeirError(error)
        }
    }

    package func prepare() { client.connect() }
    package func shutdown() async { await client.shutdown() }
}
