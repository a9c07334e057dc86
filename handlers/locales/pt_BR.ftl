# Dinheiro, horas e telefones chegam já escritos; aqui ficam só as palavras.

## O idioma

language-name = 🇧🇷 Português
time-zone = America/Sao_Paulo
zone-name = horário de Brasília
language-question = 🌐 Em que idioma falamos?

## Entrar

terms-question =
    👋 Oi, { $name }! Aqui você aluga um número por alguns minutos para receber o <b>seu próprio</b> código por SMS.
    Não chegou? O dinheiro volta sozinho.

    Para continuar, confirme: tenho 18 anos ou mais, vou usar só para fins legais e só para receber códigos meus.
terms-accepted = ✅ Termos aceitos. Bem-vindo!
button-accept = ✅ Aceito
button-language = 🌐 Language
button-terms = 📄 Termos
button-privacy = 🔒 Privacidade
button-refunds = 💸 Reembolsos

## Caminhos

button-home = 🏠 Início
button-back = ‹ Voltar
button-previous = ◀
button-next = { $page }/{ $pages } ▶
button-refresh = 🔄 Atualizar
button-help = ❓ Ajuda
button-account = ⚙️ Conta
button-admin = 🛠 Administração

## Início

home-balance = 💰 Saldo: <b>{ $balance }</b>
home-no-numbers = 📱 Nenhum número aberto.
home-numbers = 📱 { $count ->
    [one] { $count } número aberto
   *[other] { $count } números abertos
}
home-numbers-left = { $numbers } · { $left }
button-again = 🔁 { $service } { $flag } de novo · { $price }
button-buy = 🛒 Comprar
button-numbers = 📱 Meus números ({ $count })
button-numbers-plain = 📱 Meus números
button-topup = 💳 Adicionar créditos
button-history = 🧾 Histórico

## Conta

account =
    ⚙️ <b>Conta</b>
    { $username } · Telegram { $telegram }
    Saldo: { $balance }
button-email = ✉️ E-mail
button-type-email = ✏️ Informar e-mail
button-erase-email = 🗑 Apagar
email = ✉️ Seu e-mail: <b>{ $address }</b>
    Usado só para pagamentos que pedem um, como o Pix.
email-none = ✉️ Nenhum e-mail guardado. Só é preciso para pagamentos que pedem um, como o Pix.
email-misread = 🤔 Isso não parece um e-mail.
email-type = ✏️ Digite seu e-mail, por exemplo <i>ana@exemplo.com.br</i>.
balance = 💰 Saldo: <b>{ $balance }</b>
balance-held = ⏳ Reservado em números abertos: { $held }

## Comprar: serviço

buy-service =
    🛒 <b>Comprar</b> · escolha o serviço
    Ou digite o nome: <i>whatsapp</i>, <i>whatsapp brasil</i>.
button-search = 🔎 Buscar
button-by-country = 🌍 Por país
button-recent-service = ⭐ { $service }
search-question = 🔎 Digite o nome do serviço, por exemplo <i>whats</i>.
search-found = 🔎 Resultados para “{ $words }”:
search-nothing = 🔎 Nada encontrado para “{ $words }”. Confira a escrita ou tente outro nome.

## Comprar: país

buy-country = <b>{ $service }</b> · escolha o país
buy-no-country = <b>{ $service }</b> · sem números disponíveis agora. Tente mais tarde ou escolha outro serviço.
buy-country-unknown = 🤔 Não conheço o país “{ $words }”. Aqui há números:
country-question = <b>{ $service }</b>
    🔎 Digite o nome do país, por exemplo <i>Portugal</i>.
buy-country-first = 🌍 Escolha o país do número
buy-service-in = { $country } · escolha o serviço
buy-nothing-in = { $country } · sem números disponíveis agora.
button-country = { $country } · { $price } · { $success } · { $stock }
button-service-price = { $service } · { $price }
button-sort-price = ↕️ Por preço
button-sort-success = ↕️ Por sucesso
button-search-country = 🔎 País
button-all-countries = 🌍 Todos os países
success = { $percent } % ✓
success-new = novo
stock = { $stock }
stock-plenty = { $stock }+

## Oferta

stock-awaited = 🔔 Combinado: avisamos aqui assim que houver números.
stock-back = 🔔 Chegaram números: <b>{ $service }</b> · { $country } por { $price }
button-wait = 🔔 Avise quando houver
button-look = 🛒 Ver a oferta
offer-fresh = 🔄 A oferta anterior venceu. Esta é a de agora:
offer-title = <b>{ $service }</b> · { $country }
offer-price = <b>{ $price }</b> · { $stock ->
    [one] { $stock } disponível
   *[other] { $stock } disponíveis
}
offer-success = { $percent } % receberam o código (últimos 30 dias)
offer-new = Ainda sem histórico suficiente para dizer quantos recebem o código.
offer-promise = O número vale { $minutes } minutos. Sem código, os { $price } voltam sozinhos.
offer-balance = Seu saldo: { $balance }
button-buy-for = 🛒 Comprar por { $price }
button-topup-for = 💳 Adicionar { $missing } para comprar
button-operator = 📶 Operadora: { $operator }
button-any-operator = 📶 Qualquer operadora
operator-any = qualquer
operator-question = <b>{ $service }</b> · { $country }
    📶 Escolha a operadora. Qualquer uma costuma ser o mais rápido.
buying =
    🛒 Pedido feito: <b>{ $service }</b> · { $country } por { $price }
    O número chega logo abaixo. Se não der certo, o dinheiro volta sozinho.

## Número

number-phone = 📱 <code>{ $phone }</code>
number-title = <b>{ $service }</b> · { $country }
number-no-phone = sem número ainda
number-code = 🔑 <code>{ $code }</code>
number-buying = ⏳ Pedindo o número ao fornecedor… { $price } estão reservados.
number-unknown = ⏳ Confirmando com o fornecedor… { $price } estão reservados: você recebe o número ou o dinheiro de volta.
number-waiting = Aguardando o SMS… vale até { $until } ({ $left })
number-received = ✅ Código recebido. Você pode pedir outro até { $until } ({ $left }).
number-received-once = ✅ Código recebido. O número vale até { $until } ({ $left }).
number-asking-again = 🔁 Aguardando outro código… vale até { $until } ({ $left })
number-cancelling = ⏳ Cancelando… olhamos uma última vez se chegou algum código; depois { $price } voltam ao saldo.
number-finished = ✅ Concluído: o código foi entregue.
number-expired = ⌛ Encerrado sem código. { $price } voltaram ao saldo.
number-cancelled = ✕ Cancelado. { $price } voltaram ao saldo.
number-rejected = ✕ Não foi comprado. { $price } voltaram ao saldo.
button-number = { $service } { $flag } { $phone }
button-copy-number = 📋 Copiar número
button-cancel-from = ✕ Cancelar (a partir de { $at })
button-cancel-for = ✕ Cancelar e receber { $price }
button-problem = ⚠️ Problema
button-check = 🔄 Ver situação
button-rent-again = 🔁 Alugar de novo
rent-again = O mesmo número mais uma vez, para outro código: <b>{ $price }</b>. O fornecedor pode não ter mais o número; nesse caso o dinheiro volta.
numbers-title = 📱 { $count ->
    [one] <b>{ $count } número aberto</b>
   *[other] <b>{ $count } números abertos</b>
}
numbers-none = 📱 Você não tem números abertos.
numbers-line =
    <code>{ $phone }</code> · { $service } · { $country }
    { $status }
problem =
    ⚠️ <b>{ $service }</b> · { $phone }
    O código não veio? Geralmente resolve:
    1. Confira se o número foi digitado inteiro, com o código do país.
    2. Peça o código de novo no aplicativo; o SMS pode levar uns minutos.
    3. Se o serviço recusa o número, cancele: o dinheiro volta e outro número costuma funcionar.
    Sem nenhum código até o fim do prazo, o dinheiro volta sozinho.

reported =
    🙏 Anotado, obrigado · <b>{ $service }</b> · { $phone }
    Muitos relatos do mesmo tipo são verificados. O que ajuda agora: cancele assim que o botão abrir, o dinheiro volta, e tente outro país.
button-already-used = 🚫 Já foi usado
button-refused = ⛔ O serviço recusou
button-other-problem = ❔ Outro problema

## Situação, em poucas palavras

status-buying = ⏳ Pedindo o número. { $price } estão reservados.
status-unknown = ⏳ O fornecedor ainda não confirmou. { $price } estão reservados: você recebe o número ou o dinheiro de volta.
status-waiting = ⏳ Nenhum SMS ainda. Faltam { $left }.
status-received = ✅ O código chegou. O número vale por mais { $left }.
status-asking-again = 🔁 Esperando outro código. Faltam { $left }.
status-cancelling = ⏳ Cancelando. { $price } voltam assim que o fornecedor confirmar.
status-finished = ✅ Concluído.
status-expired = ⌛ Encerrado sem código. { $price } voltaram.
status-cancelled = ✕ Cancelado. { $price } voltaram.
status-rejected = ✕ Não foi comprado. { $price } voltaram.

## Código

code = 🔑 <code>{ $code }</code>
code-call = 📞 <code>{ $code }</code> — os últimos dígitos de quem ligou
code-none = 💬 Chegou um SMS, sem código reconhecido:
    <blockquote>{ $words }</blockquote>
code-for = { $service } · { $phone }
button-copy-code = 📋 Copiar { $code }
button-another-code = 🔁 Outro código
button-whole-message = 💬 Ver SMS inteiro
button-finish = ✅ Terminei
another-asked =
    🔁 Pedimos outro código para { $service } · { $phone }.
    Peça o reenvio no aplicativo; o código chega aqui, sem custo.
whole-message =
    💬 <b>{ $service }</b> · de { $sender } · { $at }
    <blockquote>{ $words }</blockquote>
message-empty = (sem texto)
sender-unknown = remetente desconhecido

## Fim sem código

ended-expired =
    ⌛ Nenhum SMS chegou em { $span } · { $service } · { $country }
    { $price } voltaram. Saldo: <b>{ $balance }</b>
ended-cancelled =
    ✕ Cancelado · { $service } · { $country }
    { $price } voltaram. Saldo: <b>{ $balance }</b>
ended-cancelled-country =
    ✕ O número veio de outro país e foi encerrado · { $service } · { $country }
    { $price } voltaram. Saldo: <b>{ $balance }</b>
ended-rejected =
    ✕ O fornecedor não vendeu o número desta vez · { $service } · { $country }
    { $price } voltaram. Saldo: <b>{ $balance }</b>
ended-rejected-no-numbers =
    ✕ Os números acabaram neste instante · { $service } · { $country }
    { $price } voltaram. Saldo: <b>{ $balance }</b>
ended-rejected-price-rose =
    ✕ O preço mudou no fornecedor antes da compra · { $service } · { $country }
    { $price } voltaram. Saldo: <b>{ $balance }</b>
ended-rejected-not-sent =
    ✕ Nenhum número foi comprado desta vez · { $service } · { $country }
    { $price } voltaram. Saldo: <b>{ $balance }</b>
button-try-again = 🔁 Tentar outro número
button-other-country = 🌍 { $country } · { $price }

## Créditos

topup-question =
    💳 <b>Adicionar créditos</b> · quanto?
    Saldo: { $balance }
topup-type = ✏️ Digite o valor, de { $minimum } a { $maximum }. Por exemplo: <i>20</i> ou <i>20,50</i>.
topup-misread = 🤔 “{ $words }” não é um valor que eu entenda.
topup-ways = 💳 <b>{ $amount }</b> · como você quer pagar?
topup-bonus = 🎁 Bônus nesta recarga: { $bonus }
topup-bonus-step = 🎁 A partir de { $start }: { $percent }% a mais
topup-fees = ℹ️ Onde uma forma de pagar tem taxa, o botão mostra o valor total.
button-amount = { $amount }
button-other-amount = ✏️ Outro valor
button-way = { $way } · { $amount }
button-other-way = 💳 Tentar outra forma
gateway-pix = Pix
gateway-stripe = Cartão (Stripe)
gateway-mercadopago = Mercado Pago
gateway-stars = Stars ⭐
gateway-cryptopay = Cripto (CryptoPay)
gateway-internal = Interno
stars = { $count } ⭐
amount-in-other = { $amount } ({ $other })

## Cobrança

bill-coming =
    💳 Cobrança pedida: { $amount } · { $way }
    Ela chega logo abaixo.
bill = 💳 <b>{ $way } de { $amount }</b> · vale até { $until } ({ $zone })
bill-brings = Você recebe { $credits }.
bill-code = <code>{ $code }</code>
bill-paid = ✅ Pago · { $amount } · { $way }
bill-expired = ⌛ Cobrança vencida · { $amount } · { $way }. Se você pagou mesmo assim, o valor entra quando o pagamento for confirmado.
bill-cancelled = ✕ Cobrança cancelada · { $amount } · { $way }
bill-failed = ✕ Cobrança não realizada · { $amount } · { $way }
bill-review = 🔎 Pagamento em análise · { $amount } · { $way }. Uma pessoa vai conferir e avisamos aqui.
bill-looking = 🔎 Conferindo… avisamos aqui assim que o pagamento aparecer.
bill-toast-draft = Ainda preparando a cobrança.
bill-toast-open = A cobrança continua aberta.
bill-toast-paid = ✅ Já está paga.
bill-toast-expired = ⌛ A cobrança já venceu.
bill-toast-cancelled = ✕ Cobrança cancelada.
bill-toast-failed = ✕ A cobrança não foi realizada.
bill-toast-review = 🔎 O pagamento está em análise.
bill-standing-draft = ⏳ A cobrança de { $amount } · { $way } está sendo preparada.
bill-standing-open = ⏳ Ainda não vimos o pagamento de { $amount } · { $way }. Às vezes leva alguns minutos; avisamos aqui sozinhos.
bill-standing-paid = ✅ Pago · { $amount } · { $way }. O crédito já está no seu saldo.
bill-standing-expired = ⌛ A cobrança de { $amount } · { $way } venceu. Se você pagou, o crédito entra assim que for confirmado.
bill-standing-cancelled = ✕ A cobrança de { $amount } · { $way } foi cancelada.
bill-standing-failed = ✕ A cobrança de { $amount } · { $way } não foi realizada. Nada foi cobrado pela loja.
bill-standing-review = 🔎 O pagamento de { $amount } · { $way } está em análise. Uma pessoa vai conferir e avisamos aqui.
button-pay = 💳 Pagar { $amount }
button-copy-pix = 📋 Copiar código Pix
button-i-paid = ✅ Já paguei
button-browser = 🌐 Abrir no navegador
button-cancel-bill = ✕ Cancelar
topup-refused = ✕ { $way } não está respondendo agora. Nada foi cobrado dos { $amount }. Tente outra forma ou espere um pouco.
topup-paid = 💰 <b>{ $credits }</b> creditados. Saldo: <b>{ $balance }</b>
receipt =
    <blockquote expandable>🧾 { $amount } · { $way } · { $at }
    Pagamento <code>{ $payment }</code>
    Recibo <code>{ $id }</code></blockquote>
topup-returned-mismatch = 💸 { $amount } do seu pagamento estão voltando pela mesma forma em que você pagou: o valor não conferia com a cobrança.
topup-returned-second = 💸 { $amount } estão voltando pela mesma forma em que você pagou: esta cobrança já tinha sido paga.
topup-returned-stray = 💸 { $amount } estão voltando pela mesma forma em que você pagou: o pagamento não pertencia a nenhuma cobrança.
button-back-to-offer = 🛒 Comprar { $service } { $flag } por { $price }
credits-granted = ➕ { $amount } entraram no seu saldo. Saldo: <b>{ $balance }</b>
credits-granted-grant = 🎁 Você recebeu { $amount }. Saldo: <b>{ $balance }</b>
credits-granted-bonus = 🎁 Bônus de { $amount }. Saldo: <b>{ $balance }</b>
credits-granted-dispute-won = ✅ A contestação foi resolvida: { $amount } voltaram ao seu saldo. Saldo: <b>{ $balance }</b>
credits-granted-refund-undone = ↩️ O reembolso não se completou: { $amount } voltaram ao seu saldo. Saldo: <b>{ $balance }</b>
credits-granted-chargeback-undone = ✅ A contestação foi revertida: { $amount } voltaram ao seu saldo. Saldo: <b>{ $balance }</b>
credits-taken = ➖ { $amount } saíram do seu saldo. Saldo: <b>{ $balance }</b>
credits-taken-refund = 💸 Reembolso: { $amount } saíram do saldo e voltam pela mesma forma em que você pagou. Saldo: <b>{ $balance }</b>
credits-taken-chargeback = ⚠️ { $amount } saíram do saldo: o pagamento foi contestado. Saldo: <b>{ $balance }</b>
credits-debt = ⚠️ Seu saldo ficou negativo: para comprar de novo, adicione { $debt }.
credits-reason = Motivo: { $reason }

## Histórico

history-title = 🧾 <b>Histórico</b> · { $page }/{ $pages }
history-none = 🧾 Nenhum movimento ainda.
history-line = { $place }. { $at } · { $what } · { $amount }{ $status } · saldo { $balance }
history-delivered = { " " }· código ✓
history-pending = { " " }· reservado
history-failed = { " " }· devolvido
history-number = { $service } { $flag }
history-topup = recarga · { $way }
history-type-credit-purchase = recarga
history-type-sms-received = número
history-type-sms-sent = envio
history-type-refund = reembolso
history-type-chargeback = contestação
history-type-adjustment = ajuste
history-type-bonus = bônus
history-type-promotion = promoção
history-type-referral = indicação
movement-title = 🧾 <b>{ $what }</b>
movement-at = { $at } · { $what }
movement-asked = pedido, { $price } reservados
movement-started = número recebido
movement-code = código <code>{ $code }</code>
movement-sms = SMS sem código reconhecido
movement-finished = concluído ✓
movement-expired = encerrado sem código
movement-cancelled = cancelado
movement-rejected = não foi comprado
movement-bill = cobrança pedida
movement-payment = Pagamento <code>{ $id }</code>
movement-sum = { $amount } · saldo depois: { $balance }
movement-id = ID <code>{ $id }</code>
button-open-number = 📱 Abrir o número
button-same-again = 🛒 Outro número
amount-in = +{ $amount }
amount-out = −{ $amount }
button-csv = 📥 CSV
history-file = 🧾 Todos os movimentos, um por linha.
history-file-name = historico.csv

## Perdidos

cancel-left = ✕ Tudo bem, paramos por aqui.
cancel-nothing = Não há nada para interromper. Para cancelar um número, abra 📱 /numbers; uma cobrança se cancela no botão dela.
unknown-command = 🤔 Não conheço esse comando. Veja o que dá para fazer em /help.
unknown-words = 🤔 Não entendi. Para comprar, toque em 🛒 ou escreva, por exemplo, <code>/buy whatsapp brasil</code>.
old-button = Esse botão é antigo. Aqui está o início.
trouble-outside = 😔 O fornecedor não respondeu agora. Nada mudou; tente de novo em instantes.
trouble-payment = 😔 A forma de pagamento não respondeu agora. Se você já pagou, o crédito entra sozinho.
trouble-inside = 😔 Algo deu errado do nosso lado; já ficou registrado. Seu saldo está seguro. Tente de novo em instantes.

## Recusas

error-movement-not-found = Não encontrei este movimento no seu histórico.
error-too-many-watches = 🔔 Você já espera por { $limit } coisas. Espere que alguma chegue.
error-other = Isso não pode ser feito agora.
error-cannot-rent-again = 🔁 Este número não pode ser alugado de novo. Um novo está em 🛒 /buy.
error-rental-expired = ⏳ Este preço venceu. Peça o de agora:
error-not-enough-credits = 💳 Faltam { $missing } para comprar por { $price }. Adicione a diferença e você volta direto para a oferta.
error-offer-not-found = Esta oferta não existe mais. Comece de novo em 🛒 /buy.
error-offer-expired = A oferta venceu; o preço pode ter mudado. Abra uma nova em 🛒 /buy.
error-too-many-open = 📱 Você já tem o máximo de números abertos ({ $limit }). Termine ou cancele um para abrir outro.
error-too-many-purchases = ⏳ Limite de { $limit } compras em { $minutes } minutos. Tente de novo mais tarde.
error-under-review = ⏸ Quase nenhum dos seus últimos números recebeu código; vamos verificar antes de novas compras. Seus créditos continuam seus. Dúvidas: /paysupport
error-too-many-failures = ⏳ { $count } números seguidos terminaram sem código. Faça uma pausa até { $until }; outro serviço ou país costuma funcionar melhor.
error-sales-paused = ⏸ As vendas estão pausadas agora. Números abertos continuam funcionando.
error-number-not-found = Não encontrei este número entre os seus.
error-cancel-too-early = ⏳ O fornecedor ainda não aceita cancelar este número. Faltam { $seconds } s.
error-not-cancellable = Este número não pode mais ser cancelado.
error-cannot-repeat = 🔁 Este número não aceita outro código.
error-number-ended = ⌛ Este número já foi encerrado.
error-not-sold = Esta combinação não está à venda.
error-no-numbers = 😕 Sem números agora. Estas são as melhores alternativas:
error-unknown-operator = Esta operadora não está disponível aqui agora. Escolha outra.
error-banned = ⛔ Sua conta está bloqueada. Se acha que é engano, fale conosco em /paysupport.
error-indebted = ⚠️ Há um débito de { $debt } de um pagamento devolvido. Adicione créditos para voltar a comprar.
error-terms-not-accepted = Os termos mudaram. Envie /start para ler e aceitar.
error-customer-not-found = Não encontrei “{ $words }”. Use o ID do Telegram, @usuário ou UUID.
error-amount-too-small = O valor mínimo é { $minimum }.
error-amount-too-large = O valor máximo é { $maximum }.
error-no-ways = 😔 Nenhuma forma de pagamento está disponível agora. Tente mais tarde.
error-unknown-way = Esta forma de pagamento não está disponível. Escolha outra.
error-too-many-topups = ⏳ Cobranças demais em pouco tempo (limite: { $limit } por hora). Use uma aberta ou tente mais tarde.
error-topup-not-found = Não encontrei esta cobrança entre as suas.
error-checked-just-now = 🔎 Acabamos de conferir. Avisamos aqui assim que o pagamento aparecer.
error-email-taken = Este e-mail já é de outra conta aqui. Use outro.
error-number-not-there = O provedor não mostra um número { $number } que esteja livre.
error-case-not-found = Não encontrei este caso.
error-unknown-command = 🤔 Não conheço esse comando. Veja o que dá para fazer em /help.
error-bad-amount = “{ $amount }” não é um valor que se possa usar.
error-not-enough-to-take = O saldo é de { $balance }: não há tanto para retirar.
error-cannot-ban-admin = Quem administra não pode ser bloqueado.
error-email-needed = ✉️ Esta forma de pagamento pede um e-mail. Informe o seu e continuamos de onde paramos.
error-bill-over = ⌛ Esta cobrança já foi encerrada. Peça outra em /topup.
error-bill-differs = Esta cobrança mudou. Peça outra em /topup.
error-payment-not-found = Não encontrei um pagamento creditado com “{ $words }”. Use o número do pagamento no meio de pagamento ou o do recibo.
error-payment-not-clear = “{ $words }” serve para mais de um pagamento. Use o número do pagamento no meio de pagamento.
error-refund-under-way = Um reembolso deste pagamento já está em andamento.
error-refund-too-large = Deste pagamento ainda podem voltar { $left }.
error-refunded-whole = Este meio de pagamento só devolve tudo de uma vez: { $left }.
error-nothing-to-refund = Este pagamento já foi devolvido por inteiro.
error-payment-disputed = Este pagamento está em contestação: decida lá, no painel do meio de pagamento.
error-case-over = Este caso já foi resolvido.
error-currency-differs = Veio em outra moeda: { $paid }. Credite o valor da cobrança ou devolva.
error-unknown-rule = Não existe a regra “{ $name }”.
error-bad-rule-value = “{ $value }” não serve para “{ $name }”.

## Administração

admin-sales = 📈 Hoje: { $count ->
    [one] { $count } venda
   *[other] { $count } vendas
} · { $revenue }
admin-quality = Margem { $margin } · sucesso { $success }
admin-open = Abertos: { $numbers } · a decidir: { $cases } · recargas pendentes: { $topups }
admin-provider = 🟢 { $name }: { $balance }
admin-provider-down = 🔴 { $name }: { $balance } · sem resposta
balance-unknown = saldo desconhecido
percent = { $percent } %
percent-none = —
button-cases = ⚠️ Decidir ({ $count })
button-stats = 📊 Números
button-audit = 🧮 Auditoria
stats-customers = Clientes: { $count }
stats-money = Créditos: { $credits } · reservados: { $held }
stats-pending = Recargas pendentes: { $count } · { $sum }
audit-ok = ✅ As contas fecham.
audit-broken = 🚨 { $count ->
    [one] { $count } violação
   *[other] { $count } violações
}
audit-violation = • { $rule } · <code>{ $subject }</code>: { $detail }
audit-unchecked = Não conferido: { $what }
grant-done = ✅ { $amount } para { $username } ({ $telegram }). Saldo: { $balance }
grant-repeated = ✅ Já tinha sido feito: { $amount } para { $username } ({ $telegram }). Saldo: { $balance }
grant-how = Use <code>/grant ID VALOR [motivo]</code>, por exemplo <code>/grant 123456 20 cortesia</code>. Um valor negativo retira.
refund-how = Use <code>/refund PAGAMENTO [VALOR]</code>: o número do pagamento ou do recibo. Sem valor, volta tudo. O crédito do cliente sai antes.
refund-asked = ⏳ <b>Reembolso de { $amount }</b> · { $way }: pedindo…
refund-unknown = ⏳ <b>Reembolso de { $amount }</b> · { $way }: pedido, sem resposta certa ainda. Conferimos e repetimos sozinhos, sem risco de devolver em dobro.
refund-accepted = ⏳ <b>Reembolso de { $amount }</b> · { $way }: aceito, ainda não aparece como devolvido.
refund-completed = ✅ <b>Reembolso de { $amount }</b> · { $way }: devolvido.
refund-failed = ✕ <b>Reembolso de { $amount }</b> · { $way }: recusado. Os créditos voltaram ao cliente.
refund-payment = Pagamento <code>{ $payment }</code>
refund-customer = { $username } ({ $telegram }) · créditos retirados: { $credits } · saldo agora: { $balance }
refund-debt = ⚠️ O saldo ficou negativo: as compras deste cliente ficam suspensas até ele cobrir.
refund-error = Resposta: <code>{ $error }</code>
ban-done = ⛔ { $username } ({ $telegram }) foi bloqueado.
unban-done = ✅ { $username } ({ $telegram }) foi desbloqueado.
ban-how = Use <code>/ban ID [motivo]</code> ou <code>/unban ID</code>.
cases-title = ⚠️ { $count ->
    [one] <b>{ $count } caso aberto</b>
   *[other] <b>{ $count } casos abertos</b>
}
cases-none = ✅ Nada a decidir.
case-title = ⚠️ <b>{ $title }</b>
case-purchase-unknown-title = Compra sem resposta
case-purchase-unknown = O provedor não respondeu a uma compra. O valor está reservado; a busca automática decide sozinha na maioria das vezes. Em conta usada também por outros, a decisão é sua: compare o que pedimos com o que “upstream” mostra.
case-purchase-ambiguous-title = Qual número foi comprado?
case-purchase-ambiguous = Há mais de um número que pode ser desta compra. Abaixo: o que pedimos e, em “upstream”, o que o provedor mostra. Compare na conta dele e diga qual é, ou que não é nenhum.
case-purchase-cost-title = O provedor cobrou diferente
case-purchase-cost = O provedor cobrou algo diferente do que foi pedido. A pessoa tem o número pelo preço mostrado. Moeda errada para as compras ali: confira SMS_ACTIVE_CURRENCY e a conta, depois marque “provider.paused” como resolvido.
case-purchase-country-title = Número de outro país
case-purchase-country = O provedor entregou um número de outro país. Está sendo encerrado e o valor volta. Se acontecer de novo, veja como o provedor numera os países.
case-sales-guarded-title = Venda em pausa: poucos códigos
case-sales-guarded = Poucos números deste tipo recebem código. A venda para por um tempo, para que o provedor não bloqueie a conta; volta sozinha.
case-sales-banned-title = Bloqueado pelo provedor
case-sales-banned = O provedor bloqueou este tipo de número na nossa conta: chegam poucos códigos. Volta a ser vendido quando o bloqueio acabar; os outros continuam à venda.
case-person-review-title = Pessoa a verificar
case-person-review = Quase nenhum dos últimos números desta pessoa recebeu código, o que pode custar o bom nome da conta no provedor. Ela não compra até você decidir: marque como resolvido para liberar, ou bloqueie com <code>/ban ID</code> e marque do mesmo jeito.
case-queue-waits-title = Fila longa demais
case-queue-waits = Algo espera mais do que deveria. Some sozinho quando a fila encurtar; se continuar, veja o log.
case-codes-slow-title = Códigos lentos
case-codes-slow = Códigos demoraram a chegar ao chat. Some sozinho dez minutos depois do último lento.
case-provider-failing-title = Provedor com falhas
case-provider-failing = As chamadas a este provedor falham repetidamente; nenhuma compra é enviada por enquanto. Os números abertos continuam cuidados; ele é testado de novo sozinho.
case-numbers-bad-title = Muitos números ruins
case-numbers-bad = Muitas pessoas relatam números deste tipo (serviço, país, operadora) como ruins. Continuam à venda: teste um e pergunte ao provedor. Marcado como resolvido, volta se os relatos continuarem.
case-closing-stuck-title = Número que não se encerra
case-closing-stuck = O provedor não confirma o fim de um número. Veja na conta dele se foi encerrado.
case-code-late-title = Código depois da devolução
case-code-late = Um código chegou depois da devolução. Ele foi guardado e não foi mostrado.
case-upstream-orphan-title = Número sem dono
case-upstream-orphan = Há um número no provedor que nenhuma compra nossa conhece.
case-provider-paused-title = Compras pausadas no provedor
case-provider-paused = Nada é comprado neste provedor até passar o que o parou: saldo, chave, bloqueio ou números abertos demais. As vendas voltam sozinhas; depois de moeda errada, só quando você marcar isto como resolvido.
case-provider-silent-title = Provedor não responde
case-provider-silent = O provedor não responde: as vendas por ele estão paradas.
case-catalogue-stale-title = Catálogo desatualizado
case-catalogue-stale = O catálogo não pôde ser atualizado; valem os preços anteriores.
case-payment-mismatch-title = Pagamento diferente da cobrança
case-payment-mismatch = Um pagamento não confere com a cobrança. Nada foi creditado: credite ou devolva.
case-payment-refund-title = Pagamento reembolsado
case-payment-refund = Um pagamento foi reembolsado; os créditos saíram do saldo.
case-payment-refund-undone-title = Reembolso que não se completou
case-payment-refund-undone = Um reembolso não se completou no meio de pagamento; os créditos voltaram ao saldo do cliente.
case-payment-chargeback-undone-title = Contestação revertida
case-payment-chargeback-undone = Uma contestação foi revertida; os créditos voltaram ao saldo do cliente.
case-payment-second-title = Cobrança paga duas vezes
case-payment-second = Uma cobrança foi paga duas vezes, e a devolução do segundo pagamento foi recusada. Credite ou devolva.
case-payment-stray-title = Pagamento sem cobrança
case-payment-stray = Um pagamento na conversa não pertence a nenhuma cobrança nossa. Nada foi creditado: devolva.
case-gateway-off-title = Cobranças abertas em forma de pagamento desligada
case-gateway-off = Ainda há cobranças que podem ser pagas em uma forma de pagamento desligada, e ninguém vê o que é pago ali. Ligue-a de novo até que terminem; some sozinho.
case-refund-waiting-title = Reembolso à espera
case-refund-waiting = Um reembolso não se confirma. Continuamos conferindo; veja também no painel do meio de pagamento.
case-notice-failed-title = Aviso não tratado
case-notice-failed = Um aviso do meio de pagamento não pôde ser tratado. As cobranças continuam sendo conferidas sem ele.
case-payment-chargeback-title = Pagamento contestado
case-payment-chargeback = Um pagamento foi contestado; os créditos saíram do saldo. Responda no painel do meio de pagamento.
case-outbox-unsaid-title = Mensagem não entregue
case-outbox-unsaid = Uma mensagem não pôde ser entregue ao cliente.
case-since = Desde { $since } · { $kind } · <code>{ $subject }</code>
case-fact = { $name }: <code>{ $value }</code>
case-resolved = ✅ Resolvido { $at }, durou { $span }: { $how }
button-case = { $title } · { $since }
button-decide = ⚠️ Decidir
button-case-done = ✅ Marcar como resolvido
button-case-credit-paid = ➕ Creditar o que foi pago
button-case-credit-bill = ➕ Creditar o valor da cobrança
button-case-take = ✅ É o número { $number }
button-case-not-bought = ↩️ Não foi comprado: devolver o valor
button-case-refund = 💸 Devolver o pagamento

## Papéis

help =
    ❓ <b>Como funciona</b>
    1. Escolha serviço e país: 🛒 /buy, ou direto <code>/buy whatsapp brasil</code>.
    2. O valor fica reservado e o número chega aqui.
    3. Use o número no aplicativo; o código chega nesta conversa, pronto para copiar.
    4. Sem código no prazo, ou se você cancelar, o dinheiro volta sozinho.

    📱 /numbers números abertos · 💳 /topup créditos · 💰 /balance saldo
    🧾 /history histórico · 🌐 /language idioma · 💸 /paysupport reembolsos

    Se precisar de ajuda humana, informe seu ID: <code>{ $telegram }</code>.
terms =
    📄 <b>Termos de uso</b>

    <b>O que vendemos.</b> O uso de um número de telefone por alguns minutos, para receber um código por SMS. O número não é seu depois disso: não o use como contato nem para recuperar contas, porque outra pessoa pode recebê-lo no futuro.

    <b>Quem pode usar.</b> Pessoas com 18 anos ou mais, para fins legais.

    <b>O que é permitido.</b> Receber códigos seus, para contas suas, respeitando as regras de cada serviço.

    <b>O que não é.</b> Bancos, pagamentos, documentos e serviços de governo; contas de terceiros; fraude, spam, assédio ou enganar alguém; receber códigos para terceiros ou revendê-los. Alguns serviços são bloqueados e não aparecem na loja. Contas usadas assim são bloqueadas.

    <b>Preço e cobrança.</b> O preço aparece antes da compra. Ao comprar, o valor fica reservado; ele só é cobrado quando um código chega. Outros códigos no mesmo número, no mesmo prazo, não custam mais.

    <b>Sem código.</b> Se nenhum código chegar no prazo, ou se você cancelar antes, o valor volta inteiro ao saldo. O cancelamento abre pouco depois da compra (em geral 2 minutos), por regra do fornecedor.

    <b>O que não podemos prometer.</b> Que todo serviço aceite todo número, nem que a conta criada seja mantida por ele.

    <b>Créditos.</b> Servem para comprar aqui e não vencem. Reembolsos: /paysupport.

    <b>Mudanças.</b> Se estes termos mudarem, perguntamos de novo antes da próxima compra.
privacy =
    🔒 <b>Privacidade</b>

    <b>O que guardamos.</b> Seu ID e nome de usuário do Telegram, idioma, e-mail (se você informar), o aceite dos termos, suas compras, recargas e saldo, os números alugados e os SMS recebidos neles.

    <b>Para quê.</b> Para entregar o código, devolver dinheiro, mostrar seu histórico, evitar fraude e cumprir a lei.

    <b>Quem mais vê.</b> O fornecedor do número sabe qual serviço e país foram pedidos. Quem processa o pagamento vê os dados do pagamento; nós não vemos nem guardamos o número do seu cartão. Não vendemos dados.

    <b>Por quanto tempo.</b> Registros de dinheiro ficam pelo prazo que a lei pede. O texto dos SMS serve só para ser mostrado a você.

    <b>Seus direitos.</b> Pela LGPD você pode ver, corrigir e pedir a exclusão dos seus dados. O extrato completo sai em /history (CSV); para o resto, /paysupport.
contact-named = a { $contact }
contact-in-profile = ao contato de suporte indicado no perfil deste bot
paysupport =
    💸 <b>Pagamentos e reembolsos</b>

    <b>Número sem código.</b> O valor volta sozinho ao saldo; não é preciso pedir.

    <b>Pagou e o crédito não entrou?</b> Toque em “✅ Já paguei” na cobrança. Pix costuma levar segundos; cartão, alguns minutos. Mesmo um pagamento feito depois do vencimento é creditado.

    <b>Reembolso de créditos não usados.</b> Pode ser pedido em até 7 dias da recarga e volta pela mesma forma de pagamento. Créditos já gastos em códigos entregues e bônus não são reembolsados.

    <b>Contestação no cartão ou banco.</b> Fale antes conosco: uma contestação suspende as compras até ser resolvida.

    Para pedir, escreva { $whom } com o seu ID <code>{ $telegram }</code>, o valor e o dia. O suporte do Telegram não pode ajudar com compras feitas aqui.

## Comandos e apresentação

command-start = Início
command-buy = Comprar um número: /buy whatsapp brasil
command-numbers = Números abertos
command-topup = Adicionar créditos: /topup 20
command-balance = Saldo
command-history = Histórico
command-language = Idioma
command-help = Ajuda
command-cancel = Sair do que está sendo digitado
command-terms = Termos de uso
command-privacy = Privacidade
command-paysupport = Pagamentos e reembolsos
command-admin = Administração
command-stats = Números de hoje
command-grant = Dar créditos: /grant ID VALOR
command-ban = Bloquear: /ban ID
command-unban = Desbloquear: /unban ID
command-refund = Devolver um pagamento: /refund PAGAMENTO
command-audit = Conferir as contas
bot-description =
    Alugue um número por alguns minutos e receba o seu próprio código por SMS aqui na conversa.

    • { $ways }
    • Sem código, o dinheiro volta sozinho
    • Só para maiores de 18 anos e para códigos seus
bot-short-description-contact = Números por alguns minutos para o seu próprio código por SMS. Suporte: { $contact }
bot-short-description = Números por alguns minutos para o seu próprio código por SMS. Sem código, o dinheiro volta.
